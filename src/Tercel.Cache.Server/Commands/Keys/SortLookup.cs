using System.Runtime.InteropServices;
using Tercel.Cache.Values;

namespace Tercel.Cache.Server.Commands.Keys;

/// <summary>Finds what a BY or GET pattern of SORT names: <c>weight_*</c>, <c>object_*->field</c>, <c>#</c>.</summary>
/// <remarks>Called with all shards entered. Source: Redis' <c>lookupKeyByPattern</c>.</remarks>
internal static class SortLookup
{
    private const int KeyBytesOnStack = 1024;

    /// <summary>The value that the pattern names for an element; false when there is none.</summary>
    /// <remarks>Lifetime: until the next change.</remarks>
    public static bool TryFind(
        scoped ref CommandContext c, ReadOnlySpan<byte> pattern, ReadOnlySpan<byte> element,
        out ReadOnlySpan<byte> value)
    {
        value = element;
        if (pattern is [(byte)'#']) return true;
        value = default;
        var star = pattern.IndexOf((byte)'*');
        if (star < 0) return false;
        var suffix = pattern[(star + 1)..];
        var arrow = suffix.IndexOf("->"u8);
        var hasField = arrow >= 0 && arrow + 2 < suffix.Length;
        var field = hasField ? suffix[(arrow + 2)..] : default;
        if (hasField) suffix = suffix[..arrow];
        var length = star + element.Length + suffix.Length;
        if (length > EngineLimits.KeyBytesMax) return false;
        Span<byte> key = length <= KeyBytesOnStack ? stackalloc byte[KeyBytesOnStack] : new byte[length];
        pattern[..star].CopyTo(key);
        element.CopyTo(key[star..]);
        suffix.CopyTo(key[(star + element.Length)..]);
        return hasField ? TryField(ref c, key[..length], field, out value) : TryString(ref c, key[..length], out value);
    }

    private static bool TryString(
        scoped ref CommandContext c, scoped ReadOnlySpan<byte> key, out ReadOnlySpan<byte> value)
    {
        var found = c.Keyspace.TryPeek(c.Keyspace.Key(key, c.Session.Database), c.NowMs, out var view)
            && view.Kind == ValueKind.String;
        value = found ? InShard(view.Bytes) : default;
        return found;
    }

    private static bool TryField(
        scoped ref CommandContext c, scoped ReadOnlySpan<byte> key, ReadOnlySpan<byte> field,
        out ReadOnlySpan<byte> value)
    {
        value = default;
        if (!c.Keyspace.TryPeek(c.Keyspace.Key(key, c.Session.Database), c.NowMs, out var view)
            || view.Kind != ValueKind.Hash) return false;
        if (!new HashValue(view.Root, c.NowMs).TryGet(field, out var element)) return false;
        value = InShard(element.Value);
        return true;
    }

    /// <summary>The compiler ties a view to the key it was found by, which is on the stack; the bytes lie in the
    /// shard.</summary>
    private static ReadOnlySpan<byte> InShard(scoped ReadOnlySpan<byte> bytes) =>
        MemoryMarshal.CreateReadOnlySpan(ref MemoryMarshal.GetReference(bytes), bytes.Length);
}
