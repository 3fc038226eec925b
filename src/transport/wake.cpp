#include "transport/wake.hpp"

#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace shopkeeper::transport {

Wake::Wake() : fd_(eventfd(0, EFD_CLOEXEC)) {
    if (fd_ < 0) throw std::system_error(errno, std::generic_category(), "cannot make an eventfd");
}

Wake::~Wake() {
    close(fd_);
}

void Wake::set() {
    eventfd_write(fd_, 1);
}

}  // namespace shopkeeper::transport
