using System.Buffers.Binary;
using Tercel.Cache.Server.Persistence.Files;
using Tercel.Cache.Server.Persistence.Rdb;

namespace Tercel.Cache.Server.Persistence.Snapshots;

/// <summary>A snapshot while it is written: under a temporary name until it is whole and durable.</summary>
/// <remarks>Thread: one.</remarks>
internal sealed class SnapshotFile : IDisposable
{
    // Synced in parts, so that the last sync does not hold up everybody else's.
    private const long SyncEveryBytes = 32L << 20;

    private readonly IFileSystem _files;
    private readonly string _folder;
    private readonly string _temporary;
    private readonly IStoredFile _file;
    private ulong _crc;
    private long _synced;
    private bool _isKept;

    public SnapshotFile(IFileSystem files, string folder, string name)
    {
        _files = files;
        _folder = folder;
        _temporary = Path.Combine(folder, "temp-" + name);
        _file = files.OpenAppend(_temporary, truncate: true);
    }

    /// <summary>Units: bytes.</summary>
    public long Length => _file.Length;

    public void Write(ReadOnlySpan<byte> bytes)
    {
        _crc = Crc64.Update(_crc, bytes);
        _file.Append(bytes);
        if (_file.Length - _synced < SyncEveryBytes) return;
        _file.Sync();
        _synced = _file.Length;
    }

    /// <summary>Adds the checksum, makes the file durable and gives it its name.</summary>
    public void Complete(string name)
    {
        Span<byte> checksum = stackalloc byte[RdbFormat.ChecksumBytes];
        BinaryPrimitives.WriteUInt64LittleEndian(checksum, _crc);
        _file.Append(checksum);
        _file.Sync();
        _files.Rename(_temporary, Path.Combine(_folder, name));
        _isKept = true;
        _files.SyncFolder(_folder);
    }

    public void Dispose()
    {
        _file.Dispose();
        if (_isKept) return;
        try
        {
            _files.Delete(_temporary);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The next snapshot writes over it; what failed first is on its way to the log.
        }
    }
}
