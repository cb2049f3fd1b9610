using System.Numerics;
using System.Runtime.InteropServices;
using Tercel.Primitives;

namespace Tercel.Cache.Server.Commands.Bits;

/// <summary>BITOP AND, OR, XOR, NOT.</summary>
/// <remarks>Shorter sources count as padded with zeros. The result is built in place, without a copy in between: a
/// source that is the destination too is there already, the others are combined into it.
/// Source: redis.io/commands/bitop.</remarks>
internal static class BitOperation
{
    private enum Kind : byte
    {
        None = 0,
        And,
        Or,
        Xor,
        Not,
    }

    public static void BitOp(ref CommandContext c)
    {
        var kind = KindOf(c.Args[1]);
        if (kind == Kind.None)
        {
            c.Reply.Syntax();
            return;
        }

        if (kind == Kind.Not && c.Args.Count != 4)
        {
            c.Reply.Error("ERR BITOP NOT must be called with a single source key."u8);
            return;
        }

        if (!TryMeasure(ref c, out var length)) return;
        if (length == 0) Clear(ref c);
        else Store(ref c, kind, length);
        c.Reply.Integer(length);
    }

    private static Kind KindOf(ReadOnlySpan<byte> word)
    {
        if (word.Is("AND"u8)) return Kind.And;
        if (word.Is("OR"u8)) return Kind.Or;
        if (word.Is("XOR"u8)) return Kind.Xor;
        return word.Is("NOT"u8) ? Kind.Not : Kind.None;
    }

    /// <summary>The length of the longest source; replies the error and returns false when one is no
    /// string.</summary>
    private static bool TryMeasure(ref CommandContext c, out int length)
    {
        length = 0;
        for (var i = 3; i < c.Args.Count; i++)
        {
            if (!c.Keyspace.TryFind(c.Key(i), c.NowMs, out var value)) continue;
            if (value.Kind != ValueKind.String)
            {
                c.Reply.WrongType();
                return false;
            }

            length = Math.Max(length, value.Bytes.Length);
        }

        return true;
    }

    private static void Clear(ref CommandContext c)
    {
        var key = c.Key(2);
        if (c.Keyspace.Remove(key, c.NowMs)) c.Changed(key, KeyEvents.Generic, "del"u8);
    }

    private static void Store(ref CommandContext c, Kind kind, int length)
    {
        var key = c.Key(2);
        var uses = Uses(ref c);
        if (uses == 0) c.Keyspace.Remove(key, c.NowMs);
        else c.Keyspace.SetExpiry(key, 0, c.NowMs);
        var status = c.Keyspace.OpenString(key, length, c.NowMs, out var target);
        Invariant.Holds(status == StoreStatus.Ok);
        Invariant.Holds(target.Length == length);
        if (kind == Kind.Xor && uses % 2 == 0) target.Clear();
        var first = uses == 0 && kind is Kind.And or Kind.Not;
        for (var i = 3; i < c.Args.Count; i++)
        {
            var isTarget = IsDestination(ref c, i);
            if (isTarget && uses > 0) continue;
            c.Keyspace.TryPeek(c.Key(i), c.NowMs, out var value);
            var source = isTarget ? default : value.Bytes;
            if (first) source.CopyTo(target);
            else Combine(kind, target, source);
            first = false;
        }

        if (kind == Kind.Not) Invert(target);
        c.Changed(key, KeyEvents.String, "set"u8);
    }

    /// <summary>How many of the sources are the destination itself and exist.</summary>
    private static int Uses(ref CommandContext c)
    {
        if (!c.Keyspace.TryPeek(c.Key(2), c.NowMs, out var old) || old.Kind != ValueKind.String) return 0;
        var uses = 0;
        for (var i = 3; i < c.Args.Count; i++)
            if (IsDestination(ref c, i)) uses++;
        return uses;
    }

    private static bool IsDestination(ref CommandContext c, int index) => c.Args[index].SequenceEqual(c.Args[2]);

    private static void Combine(Kind kind, Span<byte> target, ReadOnlySpan<byte> source)
    {
        if (kind == Kind.And) target[source.Length..].Clear();
        target = target[..source.Length];
        var words = MemoryMarshal.Cast<byte, Vector<byte>>(target);
        var others = MemoryMarshal.Cast<byte, Vector<byte>>(source);
        for (var i = 0; i < words.Length; i++)
        {
            words[i] = kind switch
            {
                Kind.And => words[i] & others[i],
                Kind.Or => words[i] | others[i],
                _ => words[i] ^ others[i],
            };
        }

        for (var i = words.Length * Vector<byte>.Count; i < target.Length; i++)
        {
            target[i] = kind switch
            {
                Kind.And => (byte)(target[i] & source[i]),
                Kind.Or => (byte)(target[i] | source[i]),
                _ => (byte)(target[i] ^ source[i]),
            };
        }
    }

    private static void Invert(Span<byte> target)
    {
        var words = MemoryMarshal.Cast<byte, Vector<byte>>(target);
        for (var i = 0; i < words.Length; i++) words[i] = ~words[i];
        for (var i = words.Length * Vector<byte>.Count; i < target.Length; i++) target[i] = (byte)~target[i];
    }
}
