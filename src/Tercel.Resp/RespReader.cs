// Why this is correct: every read of *p is preceded by a comparison of p with the end of the bytes given, and lengths
// are limited before they are added to a pointer.
using System.Runtime.CompilerServices;

namespace Tercel.Resp;

/// <summary>Reads the commands that clients send: arrays of bulk strings, and lines of words.</summary>
/// <remarks>Thread: any, no state of its own. Errors: <see cref="ReadStatus.Malformed"/>, never an exception.
/// Source: redis.io/docs/reference/protocol-spec; limits and problems are those of Redis 7.</remarks>
public static unsafe class RespReader
{
    private const int UnauthenticatedArgsMax = 10;
    private const int UnauthenticatedBulkBytesMax = 16 * 1024;

    /// <summary>Up to this many arguments an incomplete command is simply read again.</summary>
    private const int ArgsReadAgainMax = 16;

    /// <summary>Reads one command from the bytes a client has sent so far.</summary>
    /// <param name="start">The first byte of the command. Inline commands are unquoted in place.</param>
    /// <param name="count">Bytes there are.</param>
    /// <param name="args">Gets the slices of a whole command, relative to <paramref name="start"/>.</param>
    /// <param name="limits">What the client may send.</param>
    /// <param name="partial">Kept by the caller for this client between calls about the same command.</param>
    /// <param name="result">The command, or the problem.</param>
    public static ReadStatus Read(
        byte* start, int count, ArgBuffer args, in RespLimits limits, ref PartialCommand? partial,
        out ReadResult result)
    {
        result = default;
        if (count == 0) return ReadStatus.NeedMore;
        if (*start != (byte)'*') return InlineReader.Read(start, count, args, limits, out result);
        if (partial is { IsActive: true }) return Continue(start, count, args, limits, partial, out result);

        // Nearly all commands have fewer than ten arguments.
        var p = start + 4;
        long total = count >= 4 ? start[1] - '0' : 0;
        if (total is < 1 or > 9 || start[2] != (byte)'\r' || total > limits.ArgsMax)
        {
            p = start + 1;
            var status = Count(ref p, start + count, limits, out total, out result);
            if (status != ReadStatus.Command || total <= 0)
            {
                result = result with { FirstSlice = args.Count, Bytes = (int)(p - start) };
                return status == ReadStatus.Command ? ReadStatus.Nothing : status;
            }
        }

        var state = new State(start, start + count, p, (int)total, args.Count);
        return Arguments(ref state, args, limits, ref partial, out result);
    }

    /// <summary>Reads the number of arguments and its line end.</summary>
    private static ReadStatus Count(
        ref byte* p, byte* end, in RespLimits limits, out long total, out ReadResult result)
    {
        result = default;
        var status = Number(ref p, end, limits.InlineBytesMax, out total);
        if (status == ReadStatus.NeedMore) return status;
        if (status == ReadStatus.Malformed)
            return Malformed(total == 0 ? ReadProblem.CountLineTooLong : ReadProblem.InvalidCount, out result);
        if (total > limits.ArgsMax) return Malformed(ReadProblem.InvalidCount, out result);
        return limits.Unauthenticated && total > UnauthenticatedArgsMax
            ? Malformed(ReadProblem.UnauthenticatedCount, out result)
            : ReadStatus.Command;
    }

    private static ReadStatus Continue(
        byte* start, int count, ArgBuffer args, in RespLimits limits, PartialCommand partial, out ReadResult result)
    {
        result = default;
        if (count < partial.BytesNeeded) return ReadStatus.NeedMore;
        var state = new State(start, start + count, start + partial.Offset, partial.ArgsTotal, args.Count);
        foreach (var slice in partial.Slices) args.Add(slice.Offset, slice.Length);
        var kept = (PartialCommand?)partial;
        var status = Arguments(ref state, args, limits, ref kept, out result);
        if (status != ReadStatus.NeedMore) partial.Reset();
        return status;
    }

    private static ReadStatus Arguments(
        ref State state, ArgBuffer args, in RespLimits limits, ref PartialCommand? partial, out ReadResult result)
    {
        var p = state.At;
        while (args.Count - state.FirstSlice < state.Total)
        {
            var head = p;
            var status = Length(ref p, state.End, limits, out var length, out result);
            if (status == ReadStatus.Malformed)
            {
                args.Truncate(state.FirstSlice);
                return status;
            }

            if (status == ReadStatus.NeedMore || state.End - p < length + 2)
            {
                var needed = status == ReadStatus.NeedMore ? state.End - state.Start + 1 : p - state.Start + length + 2;
                Keep(state, args, head, needed, ref partial);
                return ReadStatus.NeedMore;
            }

            args.Add((int)(p - state.Start), (int)length);
            p += length + 2;
        }

        result = new ReadResult
        {
            FirstSlice = state.FirstSlice, ArgCount = state.Total, Bytes = (int)(p - state.Start),
        };
        return ReadStatus.Command;
    }

    private static void Keep(
        in State state, ArgBuffer args, byte* head, long needed, ref PartialCommand? partial)
    {
        var done = args.Count - state.FirstSlice;
        var isShort = done <= ArgsReadAgainMax && needed - (state.End - state.Start) < UnauthenticatedBulkBytesMax;
        if (partial is { IsActive: true } || !isShort)
        {
            partial ??= new PartialCommand();
            var slices = new ReadOnlySpan<ArgSlice>(args.At(state.FirstSlice), done);
            partial.Keep(slices, state.Total, (int)(head - state.Start), needed);
        }

        args.Truncate(state.FirstSlice);
    }

    /// <summary>Reads <c>$n</c> and its line end.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ReadStatus Length(
        ref byte* p, byte* end, in RespLimits limits, out long length, out ReadResult result)
    {
        result = default;
        length = 0;
        if (end - p >= 5 && *p == (byte)'$')
        {
            var first = p[1] - (uint)'0';
            if (first <= 9 && p[2] == (byte)'\r')
            {
                length = first;
                p += 4;
                return ReadStatus.Command;
            }

            var second = p[2] - (uint)'0';
            if (first is >= 1 and <= 9 && second <= 9 && p[3] == (byte)'\r')
            {
                length = first * 10 + second;
                p += 5;
                return ReadStatus.Command;
            }
        }

        return LengthOfSeveralDigits(ref p, end, limits, out length, out result);
    }

    private static ReadStatus LengthOfSeveralDigits(
        ref byte* p, byte* end, in RespLimits limits, out long length, out ReadResult result)
    {
        result = default;
        length = 0;
        if (p == end) return ReadStatus.NeedMore;
        if (*p != (byte)'$')
        {
            result = new ReadResult { Problem = ReadProblem.ExpectedBulk, Found = *p };
            return ReadStatus.Malformed;
        }

        p++;
        var status = Number(ref p, end, limits.InlineBytesMax, out length);
        if (status == ReadStatus.NeedMore) return status;
        if (status == ReadStatus.Malformed)
            return Malformed(length == 0 ? ReadProblem.LengthLineTooLong : ReadProblem.InvalidLength, out result);
        if (length < 0 || length > limits.BulkBytesMax) return Malformed(ReadProblem.InvalidLength, out result);
        return limits.Unauthenticated && length > UnauthenticatedBulkBytesMax
            ? Malformed(ReadProblem.UnauthenticatedLength, out result)
            : ReadStatus.Command;
    }

    /// <summary>Reads a number up to its line end. Malformed with the value 0 says that the line has no end, with -1
    /// that it is no number.</summary>
    private static ReadStatus Number(ref byte* p, byte* end, int lineBytesMax, out long value)
    {
        var rest = new ReadOnlySpan<byte>(p, (int)Math.Min(end - p, (long)lineBytesMax + 1));
        var length = rest.IndexOf((byte)'\r');
        value = 0;
        if (length < 0) return rest.Length > lineBytesMax ? ReadStatus.Malformed : ReadStatus.NeedMore;
        if (!RespNumber.TryInteger(rest[..length], out value))
        {
            value = -1;
            return ReadStatus.Malformed;
        }

        if (end - p < length + 2) return ReadStatus.NeedMore;
        p += length + 2;
        return ReadStatus.Command;
    }

    private static ReadStatus Malformed(ReadProblem problem, out ReadResult result)
    {
        result = new ReadResult { Problem = problem };
        return ReadStatus.Malformed;
    }

    private readonly ref struct State(byte* start, byte* end, byte* at, int total, int firstSlice)
    {
        public readonly byte* Start = start;
        public readonly byte* End = end;
        public readonly byte* At = at;
        public readonly int Total = total;
        public readonly int FirstSlice = firstSlice;
    }
}
