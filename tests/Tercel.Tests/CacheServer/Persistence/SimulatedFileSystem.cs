using Tercel.Cache.Server.Persistence.Files;
using Tercel.Primitives;

namespace Tercel.Tests.CacheServer.Persistence;

/// <summary>The machine stops here; nothing that runs may catch it.</summary>
internal sealed class SimulatedCrashException : Exception;

/// <summary>Files in memory that forget what was not synced: a crash loses and tears writes by sectors, and undoes
/// folder changes from some point on.</summary>
/// <remarks>Thread: any. Every operation counts; the one with the number <see cref="CrashAt"/> and all later ones
/// throw.</remarks>
internal sealed class SimulatedFileSystem(ulong seed) : IFileSystem
{
    private const int SectorBytes = 64;

    private readonly Lock _lock = new();
    private readonly Prng _random = new(seed);
    private readonly List<Action<Dictionary<string, Content>>> _folderChanges = [];
    private Dictionary<string, Content> _names = new(StringComparer.Ordinal);
    private Dictionary<string, Content> _durableNames = new(StringComparer.Ordinal);
    private bool _hasCrashed;

    public long Operations { get; private set; }

    /// <summary>Number of the operation that does not come back; 0 = none.</summary>
    public long CrashAt { get; set; }

    /// <summary>Asked before every append and sync with its kind ("append", "sync"): an exception to throw, or
    /// null.</summary>
    public Func<string, Exception?>? Fault { get; set; }

    public IReadOnlyCollection<string> Names => _names.Keys;

    /// <summary>The machine starts again: what was not synced is there in part, in whole or not at all.</summary>
    public void Restart()
    {
        lock (_lock)
        {
            foreach (var change in _folderChanges.Take(_random.Below(_folderChanges.Count + 1))) change(_durableNames);
            _folderChanges.Clear();
            _names = new Dictionary<string, Content>(_durableNames, StringComparer.Ordinal);
            foreach (var content in _names.Values.Distinct()) content.Crash(_random);
            _hasCrashed = false;
            CrashAt = 0;
        }
    }

    public byte[] ReadAll(string path) => [.. _names[path].Bytes];

    public void Change(string path, int at, Func<byte, byte> change) =>
        _names[path].Bytes[at] = _names[path].Durable[at] = change(_names[path].Bytes[at]);

    public IStoredFile OpenRead(string path)
    {
        lock (_lock)
            return new Handle(this, _names.TryGetValue(path, out var content) ? content
                : throw new FileNotFoundException(path));
    }

    public IStoredFile OpenAppend(string path, bool truncate)
    {
        lock (_lock)
        {
            Step();
            if (!_names.TryGetValue(path, out var content))
            {
                content = new Content();
                ChangeFolder(names => names[path] = content);
            }

            if (truncate) content.Truncate(0);
            return new Handle(this, content);
        }
    }

    public bool Exists(string path)
    {
        lock (_lock) return _names.ContainsKey(path);
    }

    public IReadOnlyList<string> List(string folder)
    {
        lock (_lock)
            return _names.Keys.Where(name => Path.GetDirectoryName(name) == folder)
                .Select(name => Path.GetFileName(name)).ToList();
    }

    public void CreateFolder(string folder)
    {
    }

    public void Rename(string from, string to)
    {
        lock (_lock)
        {
            Step();
            ChangeFolder(names =>
            {
                names[to] = names[from];
                names.Remove(from);
            });
        }
    }

    public void Delete(string path)
    {
        lock (_lock)
        {
            Step();
            ChangeFolder(names => names.Remove(path));
        }
    }

    public void SyncFolder(string folder)
    {
        lock (_lock)
        {
            Step();
            _folderChanges.Clear();
            _durableNames = new Dictionary<string, Content>(_names, StringComparer.Ordinal);
        }
    }

    private void ChangeFolder(Action<Dictionary<string, Content>> change)
    {
        change(_names);
        _folderChanges.Add(change);
    }

    private void Step()
    {
        Operations++;
        if (_hasCrashed || Operations == CrashAt)
        {
            _hasCrashed = true;
            throw new SimulatedCrashException();
        }
    }

    internal sealed class Content
    {
        private readonly List<(int At, byte[] Bytes)> _writes = [];

        public List<byte> Bytes { get; private set; } = [];

        public List<byte> Durable { get; private set; } = [];

        public void Append(ReadOnlySpan<byte> bytes)
        {
            _writes.Add((Bytes.Count, bytes.ToArray()));
            Bytes.AddRange(bytes.ToArray());
        }

        public void Sync()
        {
            Durable = [.. Bytes];
            _writes.Clear();
        }

        // A cut is taken as durable at once, the cruellest case for whoever forgets to sync what comes after.
        public void Truncate(int length)
        {
            Bytes.RemoveRange(length, Bytes.Count - length);
            Sync();
        }

        // The length and every sector of it survive or not, each on its own.
        public void Crash(Prng random)
        {
            var most = Math.Max(Durable.Count, Bytes.Count);
            var length = random.Chance(0.3) ? Durable.Count
                : random.Chance(0.4) ? Bytes.Count : random.Between(Durable.Count, most);
            var isTorn = random.Chance(0.7);
            var content = new List<byte>(Durable);
            while (content.Count < length)
            {
                var sector = content.Count / SectorBytes;
                var end = Math.Min(length, (sector + 1) * SectorBytes);
                var isLost = isTorn && random.Chance(0.3);
                while (content.Count < end) content.Add(isLost ? (byte)0 : Bytes[content.Count]);
            }

            Bytes = content;
            Sync();
        }
    }

    private sealed class Handle(SimulatedFileSystem system, Content content) : IStoredFile
    {
        public long Length
        {
            get
            {
                lock (system._lock) return content.Bytes.Count;
            }
        }

        public int Read(long offset, Span<byte> target)
        {
            lock (system._lock)
            {
                var count = (int)Math.Clamp(content.Bytes.Count - offset, 0, target.Length);
                System.Runtime.InteropServices.CollectionsMarshal.AsSpan(content.Bytes)
                    .Slice((int)Math.Min(offset, content.Bytes.Count), count).CopyTo(target);
                return count;
            }
        }

        public void Append(ReadOnlySpan<byte> bytes)
        {
            lock (system._lock)
            {
                system.Throw("append");
                // The machine may stop in the middle of a write.
                if (system.Operations + 1 == system.CrashAt)
                    content.Append(bytes[..system._random.Below(bytes.Length + 1)]);
                system.Step();
                content.Append(bytes);
            }
        }

        public void Sync()
        {
            lock (system._lock)
            {
                system.Throw("sync");
                system.Step();
                content.Sync();
            }
        }

        public void Truncate(long length)
        {
            lock (system._lock)
            {
                system.Step();
                content.Truncate((int)length);
            }
        }

        public void Dispose()
        {
        }
    }

    private void Throw(string kind)
    {
        if (Fault?.Invoke(kind) is { } fault) throw fault;
    }
}
