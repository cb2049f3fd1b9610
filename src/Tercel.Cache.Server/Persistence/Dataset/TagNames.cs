using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using Tercel.Cache.Server.Persistence.Rdb;
using Tercel.Cache.Tags;

namespace Tercel.Cache.Server.Persistence.Dataset;

/// <summary>The names of a set of tags as snapshots keep them: count (4), then length (4) and bytes of each.</summary>
internal static class TagNames
{
    /// <summary>The names of a set, in a new array: once per set and snapshot.</summary>
    public static byte[] Of(TagTable tags, uint set)
    {
        Span<uint> numbers = stackalloc uint[TagTable.TagsPerSetMax];
        numbers = numbers[..tags.TagsOf(set, numbers)];
        using var output = new RdbOutput();
        output.UInt32((uint)numbers.Length);
        foreach (var tag in numbers)
        {
            var name = tags.NameOf(tag).Span;
            output.UInt32((uint)name.Length);
            output.Bytes(name);
        }

        return output.Written.ToArray();
    }

    /// <summary>The set with these names in a table. Errors: <see cref="RdbException"/> when they are damaged or the
    /// table takes no more.</summary>
    public static uint Read(TagTable tags, ReadOnlySpan<byte> names)
    {
        Span<uint> numbers = stackalloc uint[TagTable.TagsPerSetMax];
        var count = Number(ref names);
        if (count is 0 or > TagTable.TagsPerSetMax) ThrowDamaged();
        for (var i = 0; i < count; i++)
        {
            var length = Number(ref names);
            if (length > names.Length) ThrowDamaged();
            if (!tags.TryGetTag(names[..(int)length], out numbers[i])) ThrowDamaged();
            names = names[(int)length..];
        }

        if (names.Length > 0) ThrowDamaged();
        if (!tags.TryGetSet(numbers[..(int)count], out var set)) ThrowDamaged();
        return set;
    }

    private static uint Number(ref ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < 4) ThrowDamaged();
        var number = BinaryPrimitives.ReadUInt32LittleEndian(bytes);
        bytes = bytes[4..];
        return number;
    }

    [DoesNotReturn]
    private static void ThrowDamaged() =>
        RdbException.Throw("a set of tags is damaged, or there are too many tags", 0);
}
