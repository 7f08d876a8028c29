#!/usr/bin/env python3
"""Writes Sources/CKernels/decimal_powers.h: 128-bit powers of five for the conversion of decimals (Lemire 2021, section 5).

For q >= 0 the leading 128 bits of 5^q; for q < 0 those of 5^q, rounded up while -27 <= q and down below.
"""
from pathlib import Path

FIRST, LAST = -150, 90


def leading_bits(q):
    if q >= 0:
        power = 5**q
        excess = power.bit_length() - 128
        return power >> excess if excess >= 0 else power << -excess
    power = 5**-q
    # power lies in (2^(z-1), 2^z), so that the quotient has exactly 128 bits.
    z = power.bit_length()
    quotient = (1 << (z + 127)) // power
    return quotient + 1 if q >= -27 else quotient


lines = [
    "// Written by decimal_powers.py: the leading 128 bits of 5^q, high word first.",
    f"#define FIRST_POWER ({FIRST})",
    f"#define LAST_POWER {LAST}",
    "static const uint64_t powers_of_five[LAST_POWER - FIRST_POWER + 1][2] = {",
]
values = [leading_bits(q) for q in range(FIRST, LAST + 1)]
cells = [f"{{0x{v >> 64:016X}, 0x{v & (1 << 64) - 1:016X}}}" for v in values]
lines += ["  " + ", ".join(cells[i : i + 2]) + "," for i in range(0, len(cells), 2)]
lines += ["};", ""]
root = Path(__file__).resolve().parents[2]
(root / "Sources/CKernels/decimal_powers.h").write_text("\n".join(lines))
