using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace Tercel.Cache.Server.Persistence.Files;

/// <summary>Makes the names in a folder durable: .NET opens no folders.</summary>
/// <remarks>Other systems than Linux keep a rename in their own time; persistence there survives the process, but a
/// power cut may bring the file before it back.</remarks>
internal static partial class FolderSync
{
    // O_RDONLY | O_DIRECTORY | O_CLOEXEC of x86; on ARM64 O_DIRECTORY has another number.
    private const int OpenFolderX64 = 0x10000 | 0x80000;
    private const int OpenFolderArm64 = 0x4000 | 0x80000;

    /// <summary>Errors: <see cref="IOException"/> with the system's number.</summary>
    public static void Flush(string folder)
    {
        if (OperatingSystem.IsLinux()) FlushLinux(folder);
    }

    [SupportedOSPlatform("linux")]
    private static void FlushLinux(string folder)
    {
        var flags = RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? OpenFolderArm64 : OpenFolderX64;
        var descriptor = Open(folder, flags);
        if (descriptor < 0) throw Failure("open", folder);
        var result = Fsync(descriptor);
        var failure = result < 0 ? Failure("fsync", folder) : null;
        _ = Close(descriptor);
        if (failure is not null) throw failure;
    }

    private static IOException Failure(string call, string folder)
    {
        var error = Marshal.GetLastPInvokeError();
        return new IOException($"{call} of the folder {folder}: {Marshal.GetPInvokeErrorMessage(error)}", error);
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Fsync(int descriptor);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);
}
