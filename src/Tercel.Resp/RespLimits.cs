namespace Tercel.Resp;

/// <summary>What a client may send in one command.</summary>
/// <remarks><c>default</c> allows nothing; start from <see cref="Usual"/>.</remarks>
public readonly record struct RespLimits
{
    /// <summary>Most arguments of one command, its name included.</summary>
    public required int ArgsMax { get; init; }

    /// <summary>Longest argument. Units: bytes. Source: Redis' <c>proto-max-bulk-len</c>.</summary>
    public required int BulkBytesMax { get; init; }

    /// <summary>Longest inline command, and longest line with a count. Units: bytes.</summary>
    public required int InlineBytesMax { get; init; }

    /// <summary>The client has not said yet who it is: 10 arguments of 16 KiB have to do, so that strangers cannot make
    /// the server keep much.</summary>
    public bool Unauthenticated { get; init; }

    /// <summary>1,048,576 arguments of at most 512 MiB, lines of 64 KiB.</summary>
    public static RespLimits Usual => new()
    {
        ArgsMax = 1024 * 1024,
        BulkBytesMax = 512 * 1024 * 1024,
        InlineBytesMax = 64 * 1024,
    };
}

/// <summary>What became of an attempt to read a command.</summary>
public enum ReadStatus : byte
{
    /// <summary>A whole command.</summary>
    Command = 0,

    /// <summary>An empty line or an empty array: used up, nothing to run.</summary>
    Nothing,

    /// <summary>The command is not complete.</summary>
    NeedMore,

    /// <summary>Not the protocol; the position in the stream is lost.</summary>
    Malformed,
}

/// <summary>What was wrong with malformed input.</summary>
public enum ReadProblem : byte
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>An inline command without an end.</summary>
    InlineTooLong,

    /// <summary>A quote that is not closed, or not followed by a space.</summary>
    UnbalancedQuotes,

    /// <summary>A count of arguments without an end.</summary>
    CountLineTooLong,

    /// <summary>A count of arguments that is no number or over the limit.</summary>
    InvalidCount,

    /// <summary>More arguments than a client may send before it has authenticated.</summary>
    UnauthenticatedCount,

    /// <summary>A length of an argument without an end.</summary>
    LengthLineTooLong,

    /// <summary>Something else than <c>$</c> where an argument begins.</summary>
    ExpectedBulk,

    /// <summary>A length of an argument that is no number or over the limit.</summary>
    InvalidLength,

    /// <summary>A longer argument than a client may send before it has authenticated.</summary>
    UnauthenticatedLength,
}

/// <summary>One command that was read: which slices it has and how many bytes it took.</summary>
public readonly record struct ReadResult
{
    /// <summary>Index of its first slice in the <see cref="ArgBuffer"/>.</summary>
    public int FirstSlice { get; init; }

    /// <summary>Number of arguments, the name included.</summary>
    public int ArgCount { get; init; }

    /// <summary>Bytes used up, from the start of the command.</summary>
    public int Bytes { get; init; }

    /// <summary>For malformed input, what is wrong.</summary>
    public ReadProblem Problem { get; init; }

    /// <summary>For <see cref="ReadProblem.ExpectedBulk"/>, the byte found instead.</summary>
    public byte Found { get; init; }
}
