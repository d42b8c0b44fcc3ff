/** Signed by itself for a hundred years, for 127.0.0.1 and localhost; made by `openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 36500`. */
export const certificate = `-----BEGIN CERTIFICATE-----
MIIBnjCCAUOgAwIBAgIUNzFRC/f7CG81GJ2XSneVSxek78EwCgYIKoZIzj0EAwIw
FTETMBEGA1UEAwwKcGl0aCB0ZXN0czAgFw0yNjExMjUxMDQwMzZaGA8yMTI2MTEw
MTEwNDAzNlowFTETMBEGA1UEAwwKcGl0aCB0ZXN0czBZMBMGByqGSM49AgEGCCqG
SM49AwEHA0IABMlw6HCyaW+CWESv7zKeNaucPcPsjYNKtirRltj5OsYeQUrDNAov
p0KJLiDT1p5YecmYCvxf38Qj1gaHn3ZB3lijbzBtMB0GA1UdDgQWBBR2LK5s6nT5
94LsquKEmYHoHp+2KDAfBgNVHSMEGDAWgBR2LK5s6nT594LsquKEmYHoHp+2KDAa
BgNVHREEEzARhwR/AAABgglsb2NhbGhvc3QwDwYDVR0TAQH/BAUwAwEB/zAKBggq
hkjOPQQDAgNJADBGAiEA+vxueG6gq55O4a0zjYDEQhI3o0+hkIyFECUcMTIPX8EC
IQC9hNeKqwGp0NM83BmkGPw3k5V5cH05AvLyd2AWUku9ig==
-----END CERTIFICATE-----`;

/** Guards nothing but tests on loopback. */
export const certificateKey = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgKFBO6qVxBqluIG58
LtTLRIfedoQEC7UQqHtypybHDIihRANCAATJcOhwsmlvglhEr+8ynjWrnD3D7I2D
SrYq0ZbY+TrGHkFKwzQKL6dCiS4g09aeWHnJmAr8X9/EI9YGh592Qd5Y
-----END PRIVATE KEY-----`;
