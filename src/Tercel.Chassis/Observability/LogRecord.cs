namespace Tercel.Chassis.Observability;

/// <summary>How much a log line matters.</summary>
public enum LogLevel
{
    /// <summary>For people who look for a fault.</summary>
    Debug,

    /// <summary>What happens in the ordinary course.</summary>
    Info,

    /// <summary>Works, but somebody should look at it.</summary>
    Warn,

    /// <summary>Failed.</summary>
    Error,
}

/// <summary>A named value beside a log line's message.</summary>
public readonly record struct LogField(string Name, object? Value)
{
    /// <summary>Lets a pair stand for a field.</summary>
    public static implicit operator LogField((string Name, object? Value) pair) => new(pair.Name, pair.Value);

    /// <summary>The named form of the conversion.</summary>
    public static LogField ToLogField((string Name, object? Value) pair) => pair;
}

/// <summary>What the canonical line of one request tells.</summary>
/// <remarks>Shape: <c>default</c> is an empty line. <see cref="Bytes"/> is negative when unknown (a stream).</remarks>
public readonly record struct RequestSummary
{
    /// <summary>The id that the response carried.</summary>
    public string? RequestId { get; init; }

    /// <summary>The HTTP method.</summary>
    public string? Method { get; init; }

    /// <summary>The pattern that matched, such as <c>/v1/products/{id}</c>; null when none did.</summary>
    public string? Route { get; init; }

    /// <summary>The path, without the query string, which may hold what must not be logged.</summary>
    public string? Path { get; init; }

    /// <summary>The status answered.</summary>
    public int Status { get; init; }

    /// <summary>Body bytes answered; negative when unknown.</summary>
    public long Bytes { get; init; }

    /// <summary>Time spent, in µs.</summary>
    public long DurationUs { get; init; }

    /// <summary>The trace id of the caller's <c>traceparent</c>; null without one.</summary>
    public string? TraceId { get; init; }

    /// <summary>The code of the first error answered; null for a success.</summary>
    public string? ErrorCode { get; init; }
}

// One line on its way to the writer. Lives in a slot of the queue for ever; the writer clears it after use so that the
// strings of a request do not outlive it by more than one turn.
internal sealed class LogRecord
{
    public long Timestamp;
    public LogLevel Level;
    public int Weight;
    public string? Message;
    public LogField[]? Fields;
    public Exception? Exception;
    public RequestSummary Request;

    public void Clear()
    {
        Message = null;
        Fields = null;
        Exception = null;
        Request = default;
    }
}
