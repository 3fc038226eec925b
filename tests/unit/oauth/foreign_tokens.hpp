#pragma once

#include <string_view>

/// Tokens of https://id.example for https://shop.example/mcp, made once; their private keys are
/// gone.
namespace shopkeeper::test::foreign {

/// An RSA key r1 and a P-256 key e1.
inline constexpr std::string_view kKeys =
    R"({"keys":[{"kty":"RSA","n":"kCCjjWBVyuPmLPuS4cJvJxOHdbXU5CZ451_VOqbQoE-SEIqzjC7mO)"
    R"(OUZIWEKyMADWA6djh8fMyHAmmZLiGPL954xqDAgPicBCAPjje3tGaQq2sHk2f5Uhux9XEXMgqYe1pkxb)"
    R"(d55FX1OxhSsq3uDFB7kF5YDnXH6xs6yaMZfk2iPAhm1WrJECePj6hZiL-fXGaXS-9OmimT5mJBripIH1)"
    R"(pcp6l2MLDpgzrj7mK7KOoqbrMjYVCmIzCbbeNdn0hXfkgCLt6DQDxmO0ZBWu-KuabIUGzJL-my1-TPdo)"
    R"(V_edRz2KWQu2CHQ7UU2Fd2T23ulf2e9YhJtJg6z4mD4bHPTGQ","e":"AQAB","kid":"r1","use":")"
    R"(sig","alg":"RS256"},{"kty":"EC","x":"JL_1DvwEH7Q3z8CigpiCxzHWRMkwwBLYWYY7oYvasWs)"
    R"(","y":"cyKJ2cWtpH2zRGiVxmM9NQAhjw2RE5xBgJB66KiRNu4","crv":"P-256","kid":"e1"}]})";
/// After the issuer has turned its keys: r2 besides.
inline constexpr std::string_view kKeysTurned =
    R"({"keys":[{"kty":"EC","x":"JL_1DvwEH7Q3z8CigpiCxzHWRMkwwBLYWYY7oYvasWs","y":"cyKJ)"
    R"(2cWtpH2zRGiVxmM9NQAhjw2RE5xBgJB66KiRNu4","crv":"P-256","kid":"e1"},{"kty":"RSA",)"
    R"("n":"yVHweRR-IF2l8JFOwnimm51i8nC2XNV2v-_Bt8mTmqCVIy1zQKebJ_oS_gGpf8h8MmMYPNX-i_M)"
    R"(X6La1w-RIufRZKjbbnqcMFS5RpQqtCXXv8Z4_wU9BvskAt7HawnwrtEV5ZNlSgGj9jk086sP7ziv93vj)"
    R"(1o5psygraXNGj4P2udl1UH7kV__ZgG-dUIWgqth8xsMUWiFNgr3acAVKXNMRx7y5aI5uljPhYGoxBiFo)"
    R"(97hcjjbgn0iMQ9CLbHg0MIIDnCyincrfq87GEwQnKZjXHoxMKD-zSgJyW0MeA1Dfox7w19UZ8pm2ZVf5)"
    R"(mFeKjzMWzB_1Ymof35--plHeOhQ","e":"AQAB","kid":"r2"}]})";
/// RS256, until 600 s after 1795000000, with orders:read and catalogue:write for abc.
inline constexpr std::string_view kGood =
    R"(eyJhbGciOiJSUzI1NiIsImtpZCI6InIxIiwidHlwIjoiYXQrand0In0.eyJpc3MiOiJodHRwczovL2lk)"
    R"(LmV4YW1wbGUiLCJzdWIiOiJhYmMiLCJhdWQiOiJodHRwczovL3Nob3AuZXhhbXBsZS9tY3AiLCJleHAi)"
    R"(OjE3OTUwMDA2MDAsIm5iZiI6MTc5NDk5OTk5MCwic2NvcGUiOiJvcmRlcnM6cmVhZCBjYXRhbG9ndWU6)"
    R"(d3JpdGUifQ.f82B9niLajwaIP7R5xOuvdl0pr_4q0bbhnHCIQbqe5UHdYl4AwPdyETHR6Jh48NdiZWxx)"
    R"(auKMzoQDChJudQcY-azaBRNzFqy_9Z3M8qaSvGabXenPNh5ASrBM6L2rUz9_7QuC1xLDSBT_ULBJ4vWK)"
    R"(sR2wXH9rQNQBN5Qx-M31YhsdWkcNoULEkVAg4wWQRL6kCvdIrXkRwiximqYSVN-nvDntP0Auk23pAmIQ)"
    R"(Y699N3m45Wo26flIBDGedLKaL30ELeq1KwibNaI63PVhCuPTZwezCR1wqasA_FqCd92XTBBHY-TFNKUm)"
    R"(Me3t3m13SZlngERhpdAcWSKu0qmLFTPrQ)";
/// The same by e1, ES256; audience in a list, scopes as `scp`.
inline constexpr std::string_view kGoodEc =
    R"(eyJhbGciOiJFUzI1NiIsImtpZCI6ImUxIn0.eyJpc3MiOiJodHRwczovL2lkLmV4YW1wbGUiLCJzdWIi)"
    R"(OiJhYmMiLCJhdWQiOlsiaHR0cHM6Ly9vdGhlci5leGFtcGxlIiwiaHR0cHM6Ly9zaG9wLmV4YW1wbGUv)"
    R"(bWNwIl0sImV4cCI6MTc5NTAwMDYwMCwibmJmIjoxNzk0OTk5OTkwLCJzY3AiOlsib3JkZXJzOnJlYWQi)"
    R"(XX0.fFzuFKaJ1wKOhgg4ZBTT_VGqQW6-6bM4TDpe8x59p2kuHZOMZvsnIFFyuKUwjT8HjBPo1PZ9lXGg)"
    R"(3j2G22qD6g)";
/// By r2.
inline constexpr std::string_view kByR2 =
    R"(eyJhbGciOiJSUzI1NiIsImtpZCI6InIyIiwidHlwIjoiYXQrand0In0.eyJpc3MiOiJodHRwczovL2lk)"
    R"(LmV4YW1wbGUiLCJzdWIiOiJhYmMiLCJhdWQiOiJodHRwczovL3Nob3AuZXhhbXBsZS9tY3AiLCJleHAi)"
    R"(OjE3OTUwMDA2MDAsIm5iZiI6MTc5NDk5OTk5MCwic2NvcGUiOiJvcmRlcnM6cmVhZCBjYXRhbG9ndWU6)"
    R"(d3JpdGUifQ.eqIwzQVL2fERCk3sxYghRaiaRxfxiOrYTgTB6pbgAFqOF7l9zKXO_oKRwSuhRk7Bre1YE)"
    R"(b7-v42QIeedhSCgRWPakETP_IhtvggD2v-Gj951Ov7eal9trfoieF7rUswaAWMdJDAiU4juiWcSs73wk)"
    R"(bNk_dZWw8FOCK4f4gVondW7U_UvMeOeGFuIW1cn6fMOfuew1K4d_elVNPoYsReDbmPoxyfnlkAVJv4Jq)"
    R"(8MLjknUhyO58JVEcnYRWE-5hdg5xVhtngnrDCN-A9jwsfL5FJ7onENTqlQO4DPeh17Py3X66l2i_uMt7)"
    R"(0-tF2Q3VXDQOc-nYPPP6HJKGZmx2hs0pA)";
/// Says r1 and is signed by r2.
inline constexpr std::string_view kForged =
    R"(eyJhbGciOiJSUzI1NiIsImtpZCI6InIxIiwidHlwIjoiYXQrand0In0.eyJpc3MiOiJodHRwczovL2lk)"
    R"(LmV4YW1wbGUiLCJzdWIiOiJhYmMiLCJhdWQiOiJodHRwczovL3Nob3AuZXhhbXBsZS9tY3AiLCJleHAi)"
    R"(OjE3OTUwMDA2MDAsIm5iZiI6MTc5NDk5OTk5MCwic2NvcGUiOiJvcmRlcnM6cmVhZCBjYXRhbG9ndWU6)"
    R"(d3JpdGUifQ.YFpjVAZ6ra6B8eTO96szj5mzZltnG_VsbOi_Cpff8ppQPause11WtECsT8dLmSo3912yi)"
    R"(25ILiQ3n0xuqU5o2zOKYQqBg-jenP5lW5YQdy2yvKTGkE9NgybhfAJPPMSyydlg1Cnv9_lagp81tB5Nd)"
    R"(niBdDQiBp0wtKHcZpW6Zto-GhnMjhdSGOkGzVz2BU-dDJu2puYefKMvHSabAhBRsV-auriAwSnTarCmi)"
    R"(pPmHv4aTUTdmAicBBipDuocadcu0aRics0GgqBkh7KR7lv0RMUAnicmWzgRB4rwF0DC54x-t2dANkxO0)"
    R"(RAKd19IxOlaY2gDLxSYg5ltcbsiA_BfEg)";
/// alg none.
inline constexpr std::string_view kNone =
    R"(eyJhbGciOiJub25lIiwia2lkIjoicjEifQ.eyJpc3MiOiJodHRwczovL2lkLmV4YW1wbGUiLCJzdWIiO)"
    R"(iJhYmMiLCJhdWQiOiJodHRwczovL3Nob3AuZXhhbXBsZS9tY3AiLCJleHAiOjE3OTUwMDA2MDAsIm5iZ)"
    R"(iI6MTc5NDk5OTk5MCwic2NvcGUiOiJvcmRlcnM6cmVhZCBjYXRhbG9ndWU6d3JpdGUifQ.)";
/// HS256 with the public key of r1, as PEM, for the secret.
inline constexpr std::string_view kHmacOfPublicKey =
    R"(eyJhbGciOiJIUzI1NiIsImtpZCI6InIxIn0.eyJpc3MiOiJodHRwczovL2lkLmV4YW1wbGUiLCJzdWIi)"
    R"(OiJhYmMiLCJhdWQiOiJodHRwczovL3Nob3AuZXhhbXBsZS9tY3AiLCJleHAiOjE3OTUwMDA2MDAsIm5i)"
    R"(ZiI6MTc5NDk5OTk5MCwic2NvcGUiOiJvcmRlcnM6cmVhZCBjYXRhbG9ndWU6d3JpdGUifQ.JuQXmQ5FL)"
    R"(9eFQpa0YOZ62D6Sl25kmXhfE6VL8wbEjFg)";
/// ES256 by e1, naming r1.
inline constexpr std::string_view kCrossed =
    R"(eyJhbGciOiJFUzI1NiIsImtpZCI6InIxIn0.eyJpc3MiOiJodHRwczovL2lkLmV4YW1wbGUiLCJzdWIi)"
    R"(OiJhYmMiLCJhdWQiOiJodHRwczovL3Nob3AuZXhhbXBsZS9tY3AiLCJleHAiOjE3OTUwMDA2MDAsIm5i)"
    R"(ZiI6MTc5NDk5OTk5MCwic2NvcGUiOiJvcmRlcnM6cmVhZCBjYXRhbG9ndWU6d3JpdGUifQ.gyC7KFZkF)"
    R"(rNmOw-BMiOo3CuSFxaucjIW1Omp0KUXY-Fqw2pFHVrXYy_eagslD9jzBLOkp7Njmvy_ti8yiMiEQA)";
/// With an extension that must be understood.
inline constexpr std::string_view kCritical =
    R"(eyJhbGciOiJSUzI1NiIsImtpZCI6InIxIiwidHlwIjoiYXQrand0IiwiY3JpdCI6WyJleHAiXX0.eyJp)"
    R"(c3MiOiJodHRwczovL2lkLmV4YW1wbGUiLCJzdWIiOiJhYmMiLCJhdWQiOiJodHRwczovL3Nob3AuZXhh)"
    R"(bXBsZS9tY3AiLCJleHAiOjE3OTUwMDA2MDAsIm5iZiI6MTc5NDk5OTk5MCwic2NvcGUiOiJvcmRlcnM6)"
    R"(cmVhZCBjYXRhbG9ndWU6d3JpdGUifQ.LC2dYbDfCHWfBnuC8hSvrzqt_OPVIkq-un2MQ-52SUq7Pr4_X)"
    R"(jzS8O9Ykf8DHhExalRaOznQWaFYsqg1lfhDhan_YQOzqxsF2x7jKCknuMODK5Yi16O8IMarN-OPrDjS8)"
    R"(AkiUA5zct-U2KWVq_kfD_sIuZOX7k_kVKzQuYPNbO51X4n97xgIxywo3yQAMXF3467o1gEag89InKmL9)"
    R"(9wBzNkaIAp3q8Ql1Kf-T-WLoGuKTfi4pGKWzCycqLjp2hDrJBQ5bgQr8UCMVpJyNUzCJP94DtLKbXw1V)"
    R"(Cdvhp359kktb2hkVJxdGjRCyI70J8k45yFlgYhBW9Ygn-w6t_46Gw)";
/// For another server.
inline constexpr std::string_view kWrongAudience =
    R"(eyJhbGciOiJSUzI1NiIsImtpZCI6InIxIiwidHlwIjoiYXQrand0In0.eyJpc3MiOiJodHRwczovL2lk)"
    R"(LmV4YW1wbGUiLCJzdWIiOiJhYmMiLCJhdWQiOiJodHRwczovL290aGVyLmV4YW1wbGUvbWNwIiwiZXhw)"
    R"(IjoxNzk1MDAwNjAwLCJuYmYiOjE3OTQ5OTk5OTAsInNjb3BlIjoib3JkZXJzOnJlYWQgY2F0YWxvZ3Vl)"
    R"(OndyaXRlIn0.PfiGCZyYTmeGkAgQe_oqlZ-pj_DmCN84rdixYDX_RqEeeZ7vpDFOj1w0l4SGeUm2dgoS)"
    R"(yx3JzryXLE9EwFjyQO1WX3BuWmMTehXZnxZ-lYlnbBM_wb_nACS53YF7mZ7Y20jlqUutbmI17C3EInJX)"
    R"(veTVxGSD9qh0eL3uqtD0hCl7GebyRkVewRXWUlVJMirM1Ukk3rTd_6xPfUB5aTR7M9f15cBuWc78xYXP)"
    R"(ziq7MunegWEeHt-v8rR_15AJ2ko9sd08ZK-l4ZKgLxiP4Ull-xUjbA0A8h4wV8pvSvNnvkcwkCan9cON)"
    R"(mVNeiONdrTr48TOgPccNWQOW8kz5N0bfSw)";
/// For nobody.
inline constexpr std::string_view kNoAudience =
    R"(eyJhbGciOiJSUzI1NiIsImtpZCI6InIxIiwidHlwIjoiYXQrand0In0.eyJpc3MiOiJodHRwczovL2lk)"
    R"(LmV4YW1wbGUiLCJzdWIiOiJhYmMiLCJleHAiOjE3OTUwMDA2MDAsIm5iZiI6MTc5NDk5OTk5MCwic2Nv)"
    R"(cGUiOiJvcmRlcnM6cmVhZCBjYXRhbG9ndWU6d3JpdGUifQ.N7eNYNcoWrH_tzV0PJCyUaWdRkp05rWUi)"
    R"(V10dpNr7M_K8DNW1s49AT30NESYq9m2jKIQJxisqj7L4EdAVh3gKKRHzB6fcX0cjr_jWSpoqM2Yk-t7M)"
    R"(WwPWLsPytumiViEBpJDZ_Nw7sNwKJqmiGlxFsBVgYrjZXTxmvfUqED4f85QlQyIPkHWTTv261oLHdhQx)"
    R"(aIPYAINswVtM3aoF8eIJrfsMTvLuMfQ-x2JIkux7EuzCQTsxljIlAqGRBHtuXcPLWu3WvgT2S5AALt59)"
    R"(mOMSE9Wt99eO8oTlS9MN-VMNH_oMZQm-sGovH_mlHzupANoCJG8XIp65Nc1gLIEEpZ7mg)";
/// Without exp.
inline constexpr std::string_view kEndless =
    R"(eyJhbGciOiJSUzI1NiIsImtpZCI6InIxIiwidHlwIjoiYXQrand0In0.eyJpc3MiOiJodHRwczovL2lk)"
    R"(LmV4YW1wbGUiLCJzdWIiOiJhYmMiLCJhdWQiOiJodHRwczovL3Nob3AuZXhhbXBsZS9tY3AiLCJuYmYi)"
    R"(OjE3OTQ5OTk5OTAsInNjb3BlIjoib3JkZXJzOnJlYWQgY2F0YWxvZ3VlOndyaXRlIn0.BCBNai3o-PuL)"
    R"(KDfdtkTsglB94PRrtf9Wjtc7PJXXHIWI8SjFCm1DSUaiJ75-blAY1pmQNZiyTIKoS_DYqi5mWiFcsX9u)"
    R"(bXuZnmcW4pMQoqog579SzfkxUZxNL7JqMzZdEStWji0CJCm0xFtNRR9hMxoovn-jf5HNPGGTseEl3v3p)"
    R"(B3dbJMpStBhRJxdtGTisLpar3Pt51s9ggyZmltVBkWFCjBMXdcvTRsObxngDyMjDYmz3xSThPZDCVYfE)"
    R"(3dyiKlATB-hD-8RDgBrClqVT5e3EhUiaVPfj7aHC8M83qXx2NtbInd3qV-GKG-LxwmbwXPl0pzMwZVVl)"
    R"(feajloqyUw)";
/// Not before an hour later.
inline constexpr std::string_view kEarly =
    R"(eyJhbGciOiJSUzI1NiIsImtpZCI6InIxIiwidHlwIjoiYXQrand0In0.eyJpc3MiOiJodHRwczovL2lk)"
    R"(LmV4YW1wbGUiLCJzdWIiOiJhYmMiLCJhdWQiOiJodHRwczovL3Nob3AuZXhhbXBsZS9tY3AiLCJleHAi)"
    R"(OjE3OTUwMDcyMDAsIm5iZiI6MTc5NTAwMzYwMCwic2NvcGUiOiJvcmRlcnM6cmVhZCBjYXRhbG9ndWU6)"
    R"(d3JpdGUifQ.eJpJw1JC-WeyIswCv8dqo-UCr9lGVp-nC6HCEo_IV2cVemW5pxRuhVjooP6XdxvN1wltU)"
    R"(r2RmYXQHcKITeDPEuglRBX4iNSwpGf_GSe34vKsKvC_eRftDI5Fgm991ZMGYj_HKdsELet2zGaPkunaj)"
    R"(Qc9pUMppVlpUtxyP7vSAtmnnPKDgmakbYmzk2hI02otnW_yaa6pumPvq6sEKn2iPZkXvgbYM9pfw-v1-)"
    R"(tUgSyXMT2qVMdISDWkkWC9xGqbyWR1eeAGcCiW8pd9QgRmOirU2VU00yGqgiJL1T1D64oNyBZ_fV_fls)"
    R"(KW_aMNnPSwxhYwzN5HKdBdPFd25XsV33g)";
/// Without a subject.
inline constexpr std::string_view kNobody =
    R"(eyJhbGciOiJSUzI1NiIsImtpZCI6InIxIiwidHlwIjoiYXQrand0In0.eyJpc3MiOiJodHRwczovL2lk)"
    R"(LmV4YW1wbGUiLCJzdWIiOiIiLCJhdWQiOiJodHRwczovL3Nob3AuZXhhbXBsZS9tY3AiLCJleHAiOjE3)"
    R"(OTUwMDA2MDAsIm5iZiI6MTc5NDk5OTk5MCwic2NvcGUiOiJvcmRlcnM6cmVhZCBjYXRhbG9ndWU6d3Jp)"
    R"(dGUifQ.MEWqQL7a6DuK8qmwk3UJhZVQ8VYvdCBoPfSyH723x5xEMrk35sAALJ97QX65GdKcDGJoHLwRs)"
    R"(C63ElAVjtOUgBonFCtJAcyH-NyrIyxY83m8EGY7GG8T6wyd0DPn9RdX5qgWgpL7kgfu89EwCfyneL1iF)"
    R"(7PJiYznZ2Wo3-vOVEp96DKYx5qHjXrqv3nOaOnJ5_7AmFYVv44oF6qn6L6_ogQ6EWZ_AygYNbaZXO37A)"
    R"(eMAZrYynnH4P-8_OKME9PKLCBJBPpMn6yuCdjDbucbPN8ZHuuB_b3RtWlUqscPwUd6GTbvt1CD2BNKq8)"
    R"(4PtFcyPzr7SanmmpVfYz88rPUPwKw)";
/// Of an issuer that nobody trusts.
inline constexpr std::string_view kOtherIssuer =
    R"(eyJhbGciOiJSUzI1NiIsImtpZCI6InIxIiwidHlwIjoiYXQrand0In0.eyJpc3MiOiJodHRwczovL2V2)"
    R"(aWwuZXhhbXBsZSIsInN1YiI6ImFiYyIsImF1ZCI6Imh0dHBzOi8vc2hvcC5leGFtcGxlL21jcCIsImV4)"
    R"(cCI6MTc5NTAwMDYwMCwibmJmIjoxNzk0OTk5OTkwLCJzY29wZSI6Im9yZGVyczpyZWFkIGNhdGFsb2d1)"
    R"(ZTp3cml0ZSJ9.Vm9IeZSlPozFCImFI59fKjWjcmUpx2TJtO9Lj3OB0Lrr4OT2kt8f5u_kQ1NbTW52f45)"
    R"(C6gsqwldIbh5q1ehaBcmiKvsbcZji0ORYUS94Z1eccmFjPVB3oC754fwhvbFA7d3X1DpRJmSH1SC2DNl)"
    R"(wt0UW1TOhFgpWNyn4oYOPTYkS-yXIij-CSRfItRZ8ArcO9Iy0zkOlpeXmsFpgzBsuFG7D2gLtLzmXmsJ)"
    R"(X9DVPwYadaTLC_pXMJdJ5Q26wpd5PS7PGfeCO8KFJ-5QpRwNfQCn6GmrZEET97W6drunI1dCEbdJraZ0)"
    R"(zI4FU1MtgFtAfutZhYe40BjbGsswfDhRu3A)";

}  // namespace shopkeeper::test::foreign
