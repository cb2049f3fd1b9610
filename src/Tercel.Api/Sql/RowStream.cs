using Tercel.Data;
using Tercel.Primitives;

namespace Tercel.Api.Sql;

/// <summary>Sends a part of a stream; completes when the receiver can take more.</summary>
internal delegate ValueTask StreamSink(ReadOnlyMemory<byte> bytes);

/// <summary>Reads rows and sends them on in parts, so that memory does not grow with their number.</summary>
internal static class RowStream
{
    /// <summary>A part is sent when it has so many bytes, and at the end.</summary>
    public const int PartBytes = 32 * 1024;

    // One row may be as large as the database allows its values to be, and no larger.
    private const int RowBytesMax = 256 * 1024 * 1024;

    /// <summary>Sends all rows. Errors: a <see cref="StoreException"/> half way leaves the stream without its end, and
    /// the caller must show that.</summary>
    public static async ValueTask<ReadOutcome> Write(
        ISqlSession session, CompiledStream stream, ReadInputs inputs, StreamSink sink)
    {
        inputs.Limit = stream.Plan.Limit ?? -1; // SQLite's "all"
        inputs.Offset = stream.Plan.Offset;
        if (await PageReader.Run(session, stream.Read, inputs).ConfigureAwait(false) is not { } rows)
            return ReadOutcome.BadValue;
        using (rows)
        {
            using var part = Utf8Buffer.Rent(RowBytesMax);
            part.Write(stream.Header);
            while (await rows.Next().ConfigureAwait(false))
            {
                stream.WriteRow(part, rows);
                if (part.Count < PartBytes && !part.Overflowed) continue;
                if (part.Overflowed)
                    throw new StoreException(StoreFailure.TooLarge, "a row of the stream is too large");
                await sink(part.WrittenMemory).ConfigureAwait(false);
                part.Truncate(0);
            }

            if (part.Count > 0) await sink(part.WrittenMemory).ConfigureAwait(false);
        }

        return ReadOutcome.Ok;
    }
}
