using System.Globalization;
using System.Text;
using Tercel.Cache;
using Tercel.Cache.Server.Persistence.Files;
using Tercel.Cache.Server.Persistence.Rdb;

namespace Tercel.Tests.CacheServer.Persistence;

/// <summary>A dataset as text: one line per key, members in order where order has no meaning.</summary>
internal sealed class RdbModel : IRdbSink
{
    private readonly List<string> _items = [];
    private string _key = "";
    private string _head = "";
    private bool _isSorted;
    private long _announced;

    public SortedDictionary<string, string> Entries { get; } = new(StringComparer.Ordinal);

    public List<string> AuxFields { get; } = [];

    public static RdbModel Of(byte[] file, RdbReadOptions? options = null)
    {
        var model = new RdbModel();
        using var input = new RdbInput(file);
        using var reader = new RdbReader(input, options ?? new RdbReadOptions());
        reader.ReadAll(model);
        if (input.Left != 0) throw new InvalidOperationException("bytes are left");
        return model;
    }

    /// <summary>The same, read through a file with a small window.</summary>
    public static RdbModel OfFile(string path)
    {
        var model = new RdbModel();
        using var file = DiskFileSystem.Instance.OpenRead(path);
        RdbChecksum.Verify(file);
        using var input = new RdbInput(file);
        using var reader = new RdbReader(input, new RdbReadOptions());
        reader.ReadAll(model);
        return model;
    }

    public override string ToString() => string.Join('\n', Entries.Select(e => $"{e.Key} = {e.Value}"));

    public void String(in RdbEntry entry, ReadOnlySpan<byte> value) =>
        Entries.Add(Key(entry), Head(entry) + "string " + Text(value));

    public void Begin(in RdbEntry entry, ValueKind kind, long count)
    {
        _key = Key(entry);
        _head = Head(entry) + kind.ToString();
        _isSorted = kind != ValueKind.List;
        _announced = count;
        _items.Clear();
    }

    public void Element(ReadOnlySpan<byte> element) => _items.Add(Text(element));

    public void Scored(ReadOnlySpan<byte> member, double score) =>
        _items.Add($"{Text(member)}:{score.ToString("R", CultureInfo.InvariantCulture)}");

    public void Field(ReadOnlySpan<byte> field, ReadOnlySpan<byte> value, long expireAtMs) =>
        _items.Add($"{Text(field)}:{Text(value)}" + (expireAtMs == 0 ? "" : $"@{expireAtMs}"));

    public void End()
    {
        if (_announced != IRdbSink.CountUnknown && _announced != _items.Count)
            throw new InvalidOperationException($"{_announced} items announced, {_items.Count} came");
        if (_isSorted) _items.Sort(StringComparer.Ordinal);
        Entries.Add(_key, $"{_head} {string.Join(' ', _items)}");
    }

    public void TagSet(uint number, ReadOnlySpan<byte> names) => AuxFields.Add($"tags {number} {Text(names)}");

    public void Aux(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value) => AuxFields.Add(Text(name));

    private static string Key(in RdbEntry entry) => $"{entry.Database}/{Text(entry.Key)}";

    private static string Head(in RdbEntry entry) =>
        (entry.ExpireAtMs == 0 ? "" : $"until {entry.ExpireAtMs} ")
        + (entry.ClientFlags == 0 ? "" : $"flags {entry.ClientFlags} ")
        + (entry.TagSet == 0 ? "" : $"tags {entry.TagSet} ");

    private static string Text(ReadOnlySpan<byte> bytes) => Encoding.Latin1.GetString(bytes);
}
