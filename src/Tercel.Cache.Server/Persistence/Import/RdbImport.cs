using System.Globalization;
using Tercel.Cache.Server.Persistence.Files;
using Tercel.Cache.Server.Persistence.Rdb;
using Tercel.Cache.Server.Persistence.Snapshots;

namespace Tercel.Cache.Server.Persistence.Import;

/// <summary>What an import has done.</summary>
/// <param name="Keys">Keys that arrived.</param>
/// <param name="Expired">Keys left out since their time was past.</param>
/// <param name="Existing">Keys left alone since the target has them.</param>
/// <param name="Skipped">What cannot be held, by name.</param>
internal sealed record ImportResult(long Keys, long Expired, long Existing, IReadOnlyList<string> Skipped);

/// <summary>Reads an RDB file of Redis into a running server or into a snapshot of ours.</summary>
/// <remarks>Errors: <see cref="PersistenceException"/>, <see cref="IOException"/>. The whole file is checked first:
/// nothing arrives from one whose checksum is wrong.</remarks>
internal sealed class RdbImport
{
    private const int ProgressEveryKeys = 8192;

    private readonly string _path;
    private readonly long _nowMs;
    private readonly Action<long, double>? _progress;
    private readonly List<string> _skipped = [];

    /// <summary>An import of a file at a time (Unix milliseconds).</summary>
    /// <param name="path">The RDB file.</param>
    /// <param name="nowMs">Keys whose time is past are left out.</param>
    /// <param name="progress">Told now and then of keys read and the part of the file, 0 to 1.</param>
    public RdbImport(string path, long nowMs, Action<long, double>? progress)
    {
        _path = path;
        _nowMs = nowMs;
        _progress = progress;
    }

    /// <summary>Sends every key to a server; the connection stays the caller's.</summary>
    public ImportResult Into(Stream connection, bool replaces)
    {
        using var sink = new RestoreSink(connection, replaces);
        var counts = Read(sink, onEntry: null);
        sink.Finish();
        return new ImportResult(sink.Restored, counts.Expired, sink.Existing, _skipped);
    }

    /// <summary>Writes every key into a snapshot file that a server loads when it starts.</summary>
    public ImportResult Into(string folder, string name)
    {
        var files = DiskFileSystem.Instance;
        files.CreateFolder(folder);
        using var writer = new RdbWriter { Compresses = true };
        using var file = new SnapshotFile(files, folder, name);
        writer.Header(_nowMs, isAppendBase: false);
        var counts = Read(new WithoutAux(writer), () =>
        {
            if (writer.Output.Count < 1 << 20) return;
            file.Write(writer.Output.Written);
            writer.Output.Clear();
        });
        writer.Footer();
        file.Write(writer.Output.Written);
        file.Complete(name);
        return new ImportResult(counts.Loaded, counts.Expired, 0, _skipped);
    }

    private (long Loaded, long Expired) Read(IRdbSink sink, Action? onEntry)
    {
        using var file = DiskFileSystem.Instance.OpenRead(_path);
        using var input = new RdbInput(file);
        using var reader = new RdbReader(input, new RdbReadOptions
        {
            NowMs = _nowMs, SkipsForeign = true, Skipped = _skipped.Add,
            EntryRead = loaded =>
            {
                onEntry?.Invoke();
                if (loaded % ProgressEveryKeys == 0) _progress?.Invoke(loaded, (double)input.Offset / file.Length);
            },
        });
        try
        {
            RdbChecksum.Verify(file);
            reader.ReadAll(sink);
        }
        catch (RdbException damage)
        {
            throw new PersistenceException(string.Create(
                CultureInfo.InvariantCulture, $"{_path}: {damage.Message} (offset {damage.Offset})"), damage);
        }

        return reader.Counts;
    }

    // The fields of the file's head are about the server that wrote it.
    private sealed class WithoutAux(IRdbSink to) : IRdbSink
    {
        public void String(in RdbEntry entry, ReadOnlySpan<byte> value) => to.String(entry, value);

        public void Begin(in RdbEntry entry, ValueKind kind, long count) => to.Begin(entry, kind, count);

        public void Element(ReadOnlySpan<byte> element) => to.Element(element);

        public void Scored(ReadOnlySpan<byte> member, double score) => to.Scored(member, score);

        public void Field(ReadOnlySpan<byte> field, ReadOnlySpan<byte> value, long expireAtMs) =>
            to.Field(field, value, expireAtMs);

        public void End() => to.End();

        public void TagSet(uint number, ReadOnlySpan<byte> names) => to.TagSet(number, names);

        public void Aux(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
        {
        }
    }
}
