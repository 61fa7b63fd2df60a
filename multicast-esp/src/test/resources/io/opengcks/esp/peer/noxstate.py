#!/usr/bin/python3
"""Runs a command under a seccomp filter in which ptrace(PTRACE_GETREGSET) and ptrace(PTRACE_SETREGSET) fail with ENODEV.

User-mode Linux 6.1 panics on processors whose xsave area is larger than its buffer (those with AMX); without these two it
falls back to FXSAVE. What runs in the guest must then not use AVX. Needs no privilege.
"""
import ctypes
import os
import struct
import sys

LOAD, JUMP_IF_EQUAL, RETURN = 0x20, 0x15, 0x06
ALLOW, ERRNO_ENODEV = 0x7FFF0000, 0x00050000 | 19
AUDIT_ARCH_X86_64, SYS_PTRACE = 0xC000003E, 101
FILTER = [
    (LOAD, 0, 0, 4), (JUMP_IF_EQUAL, 0, 5, AUDIT_ARCH_X86_64),
    (LOAD, 0, 0, 0), (JUMP_IF_EQUAL, 0, 3, SYS_PTRACE),
    (LOAD, 0, 0, 16), (JUMP_IF_EQUAL, 2, 0, 0x4204), (JUMP_IF_EQUAL, 1, 0, 0x4205),
    (RETURN, 0, 0, ALLOW), (RETURN, 0, 0, ERRNO_ENODEV),
]


class Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("filter", ctypes.c_void_p)]


octets = ctypes.create_string_buffer(b"".join(struct.pack("<HBBI", *each) for each in FILTER))
program = Program(len(FILTER), ctypes.addressof(octets))
libc = ctypes.CDLL(None, use_errno=True)
PR_SET_NO_NEW_PRIVS, PR_SET_SECCOMP, SECCOMP_MODE_FILTER = 38, 22, 2
if libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) or libc.prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ctypes.byref(program), 0, 0):
    sys.exit("seccomp: errno %d" % ctypes.get_errno())
os.execvp(sys.argv[1], sys.argv[1:])
