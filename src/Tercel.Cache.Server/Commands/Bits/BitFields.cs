namespace Tercel.Cache.Server.Commands.Bits;

/// <summary>BITFIELD, BITFIELD_RO: integers of 1 to 64 bits anywhere in a string.</summary>
/// <remarks>All operations are read before the first one runs. Source: redis.io/commands/bitfield.</remarks>
internal static class BitFields
{
    public static void BitField(ref CommandContext c)
    {
        if (TryCheck(ref c, readOnly: false, out var count, out var bytesMin)) Run(ref c, count, bytesMin);
    }

    public static void BitFieldRo(ref CommandContext c)
    {
        if (TryCheck(ref c, readOnly: true, out var count, out var bytesMin)) Run(ref c, count, bytesMin);
    }

    /// <summary>Reads all operations; replies the error and returns false when one does not fit.</summary>
    /// <param name="c">The command.</param>
    /// <param name="readOnly">Whether only GET is allowed.</param>
    /// <param name="count">Number of operations that reply.</param>
    /// <param name="bytesMin">Length the string needs for the writes; 0 when there are none.</param>
    private static bool TryCheck(ref CommandContext c, bool readOnly, out int count, out int bytesMin)
    {
        (count, bytesMin) = (0, 0);
        var operation = default(BitFieldOperation);
        for (var index = 2; index < c.Args.Count;)
        {
            if (!operation.TryRead(ref c, ref index)) return false;
            if (operation.Kind == BitFieldKind.Overflow) continue;
            count++;
            if (operation.Kind != BitFieldKind.Get) bytesMin = Math.Max(bytesMin, operation.BytesMin);
        }

        if (!readOnly || bytesMin == 0) return true;
        c.Reply.Error("ERR BITFIELD_RO only supports the GET subcommand"u8);
        return false;
    }

    private static void Run(ref CommandContext c, int count, int bytesMin)
    {
        var key = c.Key(1);
        c.Keyspace.TryFind(key, c.NowMs, out var value);
        if (value.Kind is not (ValueKind.None or ValueKind.String))
        {
            c.Reply.WrongType();
            return;
        }

        if (bytesMin == 0)
        {
            c.Reply.Array(count);
            for (var index = 2; index < c.Args.Count;) Get(ref c, ref index, value.Bytes);
            return;
        }

        var oldLength = value.Bytes.Length;
        var status = c.Keyspace.OpenString(key, bytesMin, c.NowMs, out var target);
        if (status != StoreStatus.Ok)
        {
            c.Reply.Status(status);
            return;
        }

        c.Reply.Array(count);
        if (Change(ref c, target) | target.Length != oldLength) c.Changed(key, KeyEvents.String, "setbit"u8);
    }

    private static void Get(ref CommandContext c, ref int index, scoped ReadOnlySpan<byte> bytes)
    {
        var operation = default(BitFieldOperation);
        operation.TryRead(ref c, ref index);
        if (operation.Kind == BitFieldKind.Get)
            c.Reply.Integer(operation.Integer.Read(bytes, operation.Offset));
    }

    /// <summary>Runs all operations; true when one changed a bit.</summary>
    private static bool Change(ref CommandContext c, scoped Span<byte> bytes)
    {
        var changed = false;
        var operation = default(BitFieldOperation);
        for (var index = 2; index < c.Args.Count;)
        {
            operation.TryRead(ref c, ref index);
            if (operation.Kind == BitFieldKind.Overflow) continue;
            var old = operation.Integer.Read(bytes, operation.Offset);
            if (operation.Kind == BitFieldKind.Get)
            {
                c.Reply.Integer(old);
                continue;
            }

            var isSet = operation.Kind == BitFieldKind.Set;
            if (!operation.Integer.TryAdd(isSet ? 0 : old, operation.Value, isSet, operation.Overflow, out var value))
            {
                c.Reply.Null();
                continue;
            }

            operation.Integer.Write(bytes, operation.Offset, value);
            changed |= value != old;
            c.Reply.Integer(isSet ? old : value);
        }

        return changed;
    }
}
