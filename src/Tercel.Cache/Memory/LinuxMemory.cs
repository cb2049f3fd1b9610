// Unsafe: declarations of the C library's memory calls; the arguments are checked by LinuxAddressSpace alone.
using System.Runtime.InteropServices;

namespace Tercel.Cache.Memory;

/// <summary>The C library's calls for virtual memory, with the numbers of Linux (the same on x64 and arm64).</summary>
internal static unsafe partial class LinuxMemory
{
    public const int ReadWrite = 3;
    public const int PrivateAnonymousNoReserve = 0x2 | 0x20 | 0x4000;
    public const int AdviseDontNeed = 4;
    public const int AdviseHugePage = 14;

    public static readonly byte* Failed = (byte*)-1;

    [LibraryImport("libc", EntryPoint = "mmap")]
    public static partial byte* Map(byte* hint, nuint bytes, int protection, int flags, int file, nint offset);

    [LibraryImport("libc", EntryPoint = "munmap")]
    public static partial int Unmap(byte* address, nuint bytes);

    [LibraryImport("libc", EntryPoint = "madvise")]
    public static partial int Advise(byte* address, nuint bytes, int advice);
}
