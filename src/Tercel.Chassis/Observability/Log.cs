using Tercel.Primitives;

namespace Tercel.Chassis.Observability;

/// <summary>Writes log lines without ever making a request wait: lines go to a bounded queue and a thread writes
/// them.</summary>
/// <remarks>
/// Thread: any. Cost: a request's line costs the request one compare-and-swap and a copy of its fields. A full queue
/// drops lines and counts them (<see cref="Dropped"/>). Lifetime: <see cref="Dispose"/> writes out what waits.
/// </remarks>
public sealed class Log : IDisposable
{
    private const int QueueCapacity = 4096;
    private const int BatchBytesMax = 1024 * 1024;
    private const int BatchBytesFull = 256 * 1024;
    // Above the rate, one request in so many still gets a line, which says how many it stands for.
    private const int SampleEvery = 100;
    // Lines gather this long before one write call takes them all.
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(20);

    private readonly LogQueue _queue = new(QueueCapacity);
    private readonly AutoResetEvent _wake = new(false);
    private readonly AutoResetEvent _hurry = new(false);
    private readonly ManualResetEventSlim _idle = new(true);
    private readonly LogOptions _options;
    private readonly LogFormat _format;
    private readonly Stream _output;
    private readonly TimeProvider _time;
    private readonly Thread _thread;
    private readonly long _slowUs;
    private long _second;
    private long _inSecond;
    private int _sleeping;
    private int _stopping;

    /// <summary>A log that writes to <paramref name="output"/>, which it does not close.</summary>
    public Log(LogOptions options, Stream output, TimeProvider time)
    {
        _options = options;
        _format = new LogFormat(options.Pretty);
        _output = output;
        _time = time;
        _slowUs = (long)options.Slow.TotalMicroseconds;
        _thread = new Thread(WriteLoop) { IsBackground = true, Name = "tercel-log" };
        _thread.Start();
    }

    /// <summary>Lines that were lost because the queue was full or the output failed.</summary>
    public Counter Dropped { get; } = new();

    /// <summary>True when lines of this level are written.</summary>
    public bool Writes(LogLevel level) => level >= _options.Level;

    /// <summary>Writes a line for people who look for a fault.</summary>
    public void Debug(string message, params ReadOnlySpan<LogField> fields) =>
        Write(LogLevel.Debug, message, null, fields);

    /// <summary>Writes a line about the ordinary course.</summary>
    public void Info(string message, params ReadOnlySpan<LogField> fields) =>
        Write(LogLevel.Info, message, null, fields);

    /// <summary>Writes a line about something that somebody should look at.</summary>
    public void Warn(string message, params ReadOnlySpan<LogField> fields) =>
        Write(LogLevel.Warn, message, null, fields);

    /// <summary>Writes a line about a failure.</summary>
    public void Error(string message, Exception? exception, params ReadOnlySpan<LogField> fields) =>
        Write(LogLevel.Error, message, exception, fields);

    /// <summary>Writes the canonical line of a request, if the settings want it.</summary>
    public void Request(in RequestSummary request)
    {
        if (_options.Access == AccessLog.Off) return;
        var level = request.DurationUs >= _slowUs ? LogLevel.Warn : LogLevel.Info;
        if (request.Status >= 500) level = LogLevel.Error;
        if (level < _options.Level) return;
        if (_options.Access == AccessLog.Errors && level == LogLevel.Info && request.Status < 400) return;
        var now = _time.GetTimestamp();
        var weight = level == LogLevel.Info ? Weigh(now) : 1;
        if (weight == 0) return;
        if (!_queue.TryClaim(out var record, out var ticket))
        {
            Dropped.Add();
            return;
        }

        record.Timestamp = now;
        record.Level = level;
        record.Weight = weight;
        record.Request = request;
        Publish(ticket);
    }

    /// <summary>Waits until everything logged before is written, or the time is over.</summary>
    public void Flush(TimeSpan time)
    {
        _hurry.Set();
        _wake.Set();
        var start = _time.GetTimestamp();
        while (_queue.Count > 0 && _time.GetElapsedTime(start) < time) _idle.Wait(Pace);
        _idle.Wait(time);
    }

    /// <summary>Writes out what waits and ends the thread.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _stopping, 1) != 0) return;
        _wake.Set();
        _hurry.Set();
        if (Thread.CurrentThread != _thread) _thread.Join(TimeSpan.FromSeconds(2));
    }

    private void Write(LogLevel level, string message, Exception? exception, ReadOnlySpan<LogField> fields)
    {
        if (level < _options.Level) return;
        if (!_queue.TryClaim(out var record, out var ticket))
        {
            Dropped.Add();
            return;
        }

        record.Timestamp = _time.GetTimestamp();
        record.Level = level;
        record.Weight = 1;
        record.Message = message;
        record.Fields = fields.ToArray();
        record.Exception = exception;
        Publish(ticket);
    }

    private void Publish(long ticket)
    {
        _queue.Publish(ticket);
        // The wake-up costs a system call, so it is made only when the writer sleeps or falls behind.
        if (Volatile.Read(ref _sleeping) != 0 && Interlocked.Exchange(ref _sleeping, 0) != 0) _wake.Set();
        else if (ticket % (QueueCapacity / 4) == 0) _hurry.Set();
    }

    // 1 for a line of its own, more for one that stands for others, 0 for none.
    private int Weigh(long now)
    {
        var second = now / _time.TimestampFrequency;
        var last = Volatile.Read(ref _second);
        if (second != last && Interlocked.CompareExchange(ref _second, second, last) == last)
            Volatile.Write(ref _inSecond, 0);
        var count = Interlocked.Increment(ref _inSecond);
        if (count <= _options.AccessMaxPerSecond) return 1;
        return (count - _options.AccessMaxPerSecond) % SampleEvery == 0 ? SampleEvery : 0;
    }

    private void WriteLoop()
    {
        using var batch = Utf8Buffer.Rent(BatchBytesMax);
        while (true)
        {
            var stopping = Volatile.Read(ref _stopping) != 0;
            if (WriteBatch(batch)) continue;
            if (stopping) return;
            _idle.Set();
            Volatile.Write(ref _sleeping, 1);
            Interlocked.MemoryBarrier();
            if (!_queue.TryPeek(out _)) _wake.WaitOne(TimeSpan.FromSeconds(1));
            Volatile.Write(ref _sleeping, 0);
            _idle.Reset();
            if (Volatile.Read(ref _stopping) == 0) _hurry.WaitOne(Pace);
        }
    }

    // What a value's own ToString throws must not end the only thread that writes.
    private bool TryWrite(LogRecord record, DateTimeOffset time, Utf8Buffer batch)
    {
        var start = batch.Count;
        try
        {
            _format.Write(record, time, batch);
            return true;
        }
        catch (Exception)
        {
            batch.Truncate(start);
            return false;
        }
    }

    // One write call for all that waits; false when nothing did.
    private bool WriteBatch(Utf8Buffer batch)
    {
        batch.Truncate(0);
        var lines = 0;
        var nowTime = _time.GetUtcNow();
        var nowStamp = _time.GetTimestamp();
        for (; batch.Count < BatchBytesFull && _queue.TryPeek(out var record); lines++)
        {
            if (!TryWrite(record, nowTime - _time.GetElapsedTime(record.Timestamp, nowStamp), batch)) Dropped.Add();
            _queue.Release();
        }

        if (lines == 0) return false;
        try
        {
            _output.Write(batch.Written);
            _output.Flush();
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // The reader of our output is gone; there is nobody left to tell but the metrics.
            Dropped.Add(lines);
        }

        return true;
    }
}
