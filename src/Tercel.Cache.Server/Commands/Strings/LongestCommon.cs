// unsafe: one block of native memory holds rows, directions and result of a single call; every index into it is
// below the sizes it was taken with (Layout), and it is freed in a finally block.
using System.Runtime.InteropServices;

namespace Tercel.Cache.Server.Commands.Strings;

/// <summary>LCS: the longest common subsequence of two strings.</summary>
/// <remarks>
/// Cost: length x length steps. Memory: two rows of counts and one bit per cell for the way back, a 32nd of what
/// Redis takes; its limit on the cells stays, since it bounds the time too.
/// Source: redis.io/commands/lcs; the way back takes the same turns as Redis', so that the result is the same.
/// </remarks>
internal static unsafe class LongestCommon
{
    public static void Lcs(ref CommandContext c)
    {
        c.Keyspace.TryFind(c.Key(1), c.NowMs, out var a);
        c.Keyspace.TryFind(c.Key(2), c.NowMs, out var b);
        if (a.Kind is not (ValueKind.None or ValueKind.String) || b.Kind is not (ValueKind.None or ValueKind.String))
        {
            c.Reply.Error("ERR The specified keys must contain string values"u8);
            return;
        }

        if (!LcsOptions.TryRead(ref c, out var options)) return;
        if (Cells(a.Bytes, b.Bytes) > EngineLimits.ValueBytesMax / sizeof(uint))
        {
            c.Reply.Error(
                "ERR Insufficient memory, transient memory for LCS exceeds proto-max-bulk-len"u8);
            return;
        }

        Reply(ref c, a.Bytes, b.Bytes, options);
    }

    private static long Cells(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b) => (a.Length + 1L) * (b.Length + 1L);

    private static void Reply(
        ref CommandContext c, scoped ReadOnlySpan<byte> a, scoped ReadOnlySpan<byte> b, in LcsOptions options)
    {
        var rowBytes = (b.Length + 1) * sizeof(uint);
        var turnBytes = options.LengthOnly ? 0 : (int)(Cells(a, b) / 8 + 1);
        var resultBytes = Math.Min(a.Length, b.Length);
        var memory = (byte*)NativeMemory.AllocZeroed((nuint)(rowBytes + turnBytes + resultBytes));
        try
        {
            var row = new Span<uint>(memory, b.Length + 1);
            var turns = new Span<byte>(memory + rowBytes, turnBytes);
            var length = Fill(a, b, row, turns);
            if (options.LengthOnly) c.Reply.Integer(length);
            else if (options.Indexes) Matches(ref c, a, b, turns, length, options);
            else
            {
                var result = new Span<byte>(memory + rowBytes + turnBytes, (int)length);
                WayBack(a, b, turns, result);
                c.Reply.Bulk(result);
            }
        }
        finally
        {
            NativeMemory.Free(memory);
        }
    }

    /// <summary>Fills the table row by row and keeps per cell whether the way back goes up; returns the
    /// length.</summary>
    private static uint Fill(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b, Span<uint> row, Span<byte> turns)
    {
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = 0u;
            var bit = (long)i * (b.Length + 1);
            for (var j = 1; j <= b.Length; j++)
            {
                var above = row[j];
                var left = row[j - 1];
                row[j] = a[i - 1] == b[j - 1] ? diagonal + 1 : Math.Max(above, left);
                if (above > left && turns.Length > 0) turns[(int)((bit + j) >> 3)] |= (byte)(1 << (int)((bit + j) & 7));
                diagonal = above;
            }
        }

        return row[b.Length];
    }

    private static bool GoesUp(ReadOnlySpan<byte> turns, int i, int j, int width)
    {
        var bit = (long)i * width + j;
        return (turns[(int)(bit >> 3)] >> (int)(bit & 7) & 1) != 0;
    }

    private static void WayBack(
        ReadOnlySpan<byte> a, ReadOnlySpan<byte> b, ReadOnlySpan<byte> turns, Span<byte> result)
    {
        var (i, j, left) = (a.Length, b.Length, result.Length);
        while (i > 0 && j > 0)
        {
            if (a[i - 1] == b[j - 1])
            {
                result[--left] = a[i - 1];
                i--;
                j--;
            }
            else if (GoesUp(turns, i, j, b.Length + 1)) i--;
            else j--;
        }
    }

    /// <summary>The IDX reply: runs of equal bytes, from the end of the strings to their start.</summary>
    private static void Matches(
        ref CommandContext c, scoped ReadOnlySpan<byte> a, scoped ReadOnlySpan<byte> b,
        scoped ReadOnlySpan<byte> turns, uint length, in LcsOptions options)
    {
        c.Reply.Map(2);
        c.Reply.Bulk("matches"u8);
        var mark = c.Reply.BeginArray();
        var count = 0;
        var run = 0;
        var (i, j) = (a.Length, b.Length);
        while (i > 0 && j > 0)
        {
            if (a[i - 1] == b[j - 1])
            {
                run++;
                i--;
                j--;
                if (i > 0 && j > 0) continue;
            }

            if (run > 0 && run >= options.RunBytesMin) count += Match(ref c, i, j, run, options);
            run = 0;
            if (i == 0 || j == 0) break;
            if (GoesUp(turns, i, j, b.Length + 1)) i--;
            else j--;
        }

        c.Reply.EndArray(mark, count);
        c.Reply.Bulk("len"u8);
        c.Reply.Integer(length);
    }

    private static int Match(ref CommandContext c, int i, int j, int run, in LcsOptions options)
    {
        c.Reply.Array(options.WithRunLength ? 3 : 2);
        c.Reply.Array(2);
        c.Reply.Integer(i);
        c.Reply.Integer(i + run - 1);
        c.Reply.Array(2);
        c.Reply.Integer(j);
        c.Reply.Integer(j + run - 1);
        if (options.WithRunLength) c.Reply.Integer(run);
        return 1;
    }
}
