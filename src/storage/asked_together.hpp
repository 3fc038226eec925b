#pragma once

#include <condition_variable>
#include <cstddef>
#include <exception>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <utility>

namespace shopkeeper::storage {

/// Lets callers who ask the same at the same moment be answered by one asking. An asking answers
/// those who came before it began, and nobody who came later: so no answer is older than its
/// question, as if each had asked alone. Thread-safe.
template <class Answer>
class AskedTogether {
public:
    /// What `ask()` returned, here or for another caller with the same key. Where that failed, the
    /// others ask for themselves: each gets an exception of its own.
    template <class Ask>
    std::shared_ptr<const Answer> ask(const std::string& key, const Ask& ask) {
        std::unique_lock lock(mutex_);
        Question& question = questions_[key];
        ++question.callers;
        const std::shared_ptr<Round> round = question.next_round();
        round->changed.wait(lock, [&] { return round->is_over || !question.is_being_asked; });
        std::exception_ptr failure;
        if (!round->is_over) failure = lead(lock, question, *round, ask);
        if (--question.callers == 0) questions_.erase(key);
        lock.unlock();
        if (failure) std::rethrow_exception(failure);
        if (round->answer) return round->answer;
        return std::make_shared<const Answer>(ask());
    }

    /// How many callers are inside: for tests and figures.
    std::size_t callers() const {
        const std::lock_guard lock(mutex_);
        std::size_t sum = 0;
        for (const auto& [_, question] : questions_) sum += question.callers;
        return sum;
    }

private:
    struct Round {
        std::condition_variable changed;
        bool is_over = false;
        std::shared_ptr<const Answer> answer;  ///< null: there was none
    };

    struct Question {
        bool is_being_asked = false;
        std::shared_ptr<Round> next;  ///< of those who came since that began; null: nobody
        std::size_t callers = 0;

        std::shared_ptr<Round> next_round() {
            if (!next) next = std::make_shared<Round>();
            return next;
        }
    };

    /// Asks for everybody of the round. Whoever comes from here on is of the next one. Returns what
    /// was thrown.
    template <class Ask>
    std::exception_ptr lead(std::unique_lock<std::mutex>& lock, Question& question, Round& round,
                            const Ask& ask) {
        question.next = nullptr;
        question.is_being_asked = true;
        lock.unlock();
        std::shared_ptr<const Answer> answer;
        std::exception_ptr failure;
        try {
            answer = std::make_shared<const Answer>(ask());
        } catch (...) {
            failure = std::current_exception();
        }
        lock.lock();
        round.answer = std::move(answer);
        round.is_over = true;
        question.is_being_asked = false;
        round.changed.notify_all();
        if (question.next) question.next->changed.notify_one();
        return failure;
    }

    mutable std::mutex mutex_;
    std::unordered_map<std::string, Question> questions_;  // guarded by mutex_
};

}  // namespace shopkeeper::storage
