using System.Buffers.Text;
using System.Globalization;
using System.Text.Encodings.Web;
using Tercel.Primitives;

namespace Tercel.Chassis.Observability;

// Writes records as lines. Used by the writer's thread only.
internal sealed class LogFormat
{
    private const int PathCharsMax = 512;

    // Of a message, a field or a stack trace: a line must fit the writer's buffer.
    private const int TextCharsMax = 16 * 1024;

    private readonly bool _pretty;
    private readonly byte[] _second = new byte[20];
    private long _secondOf = long.MinValue;

    public LogFormat(bool pretty) => _pretty = pretty;

    public void Write(LogRecord record, DateTimeOffset time, Utf8Buffer output)
    {
        if (_pretty) WritePretty(record, time, output);
        else WriteJson(record, time, output);
        output.WriteByte((byte)'\n');
    }

    private void WriteJson(LogRecord record, DateTimeOffset time, Utf8Buffer output)
    {
        output.Write("{\"time\":\""u8);
        WriteTime(time, output);
        output.Write("\",\"level\":\""u8);
        output.Write(LevelName(record.Level));
        output.WriteByte((byte)'"');
        if (record.Message is null) WriteRequestJson(record, output);
        else WriteMessageJson(record, output);
        output.WriteByte((byte)'}');
    }

    private static void WriteRequestJson(LogRecord record, Utf8Buffer output)
    {
        ref readonly var request = ref record.Request;
        output.Write(",\"message\":\"request\""u8);
        Member(",\"request_id\":"u8, request.RequestId, output);
        Member(",\"method\":"u8, request.Method, output);
        Member(",\"route\":"u8, request.Route, output);
        Member(",\"path\":"u8, Cut(request.Path ?? "", PathCharsMax), output);
        output.Write(",\"status\":"u8);
        Number(request.Status, output);
        if (request.Bytes >= 0)
        {
            output.Write(",\"bytes\":"u8);
            Number(request.Bytes, output);
        }

        output.Write(",\"duration_ms\":"u8);
        Milliseconds(request.DurationUs, output);
        Member(",\"trace_id\":"u8, request.TraceId, output);
        Member(",\"error\":"u8, request.ErrorCode, output);
        if (record.Weight <= 1) return;
        output.Write(",\"weight\":"u8);
        Number(record.Weight, output);
    }

    private static void WriteMessageJson(LogRecord record, Utf8Buffer output)
    {
        Member(",\"message\":"u8, record.Message, output);
        foreach (var field in record.Fields ?? [])
        {
            output.WriteByte((byte)',');
            Text(field.Name, output);
            output.WriteByte((byte)':');
            Value(field.Value, output);
        }

        if (record.Exception is null) return;
        Member(",\"exception\":"u8, record.Exception.ToString(), output);
    }

    private static void WritePretty(LogRecord record, DateTimeOffset time, Utf8Buffer output)
    {
        Plain(time.ToString("HH:mm:ss.fff", CultureInfo.InvariantCulture), output);
        output.WriteByte((byte)' ');
        if (record.Message is null)
        {
            ref readonly var request = ref record.Request;
            var size = request.Bytes >= 0 ? $" {request.Bytes}B" : "";
            var error = request.ErrorCode is null ? "" : $" {request.ErrorCode}";
            var weight = record.Weight > 1 ? $" (one of {record.Weight})" : "";
            Plain($"{request.Status} {request.Method} {Cut(request.Path ?? "", PathCharsMax)} ", output);
            Milliseconds(request.DurationUs, output);
            Plain($"ms{size}{error} {request.RequestId}{weight}", output);
            return;
        }

        output.Write(LevelName(record.Level));
        Plain($" {record.Message}", output);
        foreach (var field in record.Fields ?? [])
            Plain(string.Create(CultureInfo.InvariantCulture, $" {field.Name}={field.Value}"), output);
        if (record.Exception is { } exception) Plain($"\n{exception}", output, lines: true);
    }

    // The text up to the second is the same for thousands of lines.
    private void WriteTime(DateTimeOffset time, Utf8Buffer output)
    {
        var second = time.Ticks / TimeSpan.TicksPerSecond;
        if (second != _secondOf)
        {
            System.Text.Unicode.Utf8.TryWrite(
                _second, CultureInfo.InvariantCulture, $"{time.UtcDateTime:yyyy-MM-ddTHH:mm:ss}.", out _);
            _secondOf = second;
        }

        output.Write(_second);
        var ms = (int)(time.Ticks / TimeSpan.TicksPerMillisecond % 1000);
        output.Write([(byte)('0' + ms / 100), (byte)('0' + ms / 10 % 10), (byte)('0' + ms % 10), (byte)'Z']);
    }

    private static ReadOnlySpan<byte> LevelName(LogLevel level) => level switch
    {
        LogLevel.Debug => "debug"u8,
        LogLevel.Info => "info"u8,
        LogLevel.Warn => "warn"u8,
        _ => "error"u8,
    };

    private static void Member(ReadOnlySpan<byte> name, string? value, Utf8Buffer output)
    {
        if (value is null) return;
        output.Write(name);
        Text(value, output);
    }

    private static void Value(object? value, Utf8Buffer output)
    {
        switch (value)
        {
            case null: output.Write("null"u8); break;
            case bool flag: output.Write(flag ? "true"u8 : "false"u8); break;
            case int number: Number(number, output); break;
            case long number: Number(number, output); break;
            case double number when double.IsFinite(number):
                Plain(number.ToString("R", CultureInfo.InvariantCulture), output);
                break;
            case TimeSpan span: Text(Duration.Format(span.Duration()), output); break;
            default: Text(Convert.ToString(value, CultureInfo.InvariantCulture) ?? "", output); break;
        }
    }

    private static void Text(string value, Utf8Buffer output)
    {
        value = Cut(value, TextCharsMax);
        output.WriteByte((byte)'"');
        if (System.Text.Ascii.IsValid(value) && value.AsSpan().IndexOfAnyInRange('\0', '\x1f') < 0
            && value.AsSpan().IndexOfAny('"', '\\') < 0)
        {
            Plain(value, output);
        }
        else
        {
            // Unlike JsonEncodedText it takes half of a surrogate pair, which a cut or a caller may leave.
            Utf8(JavaScriptEncoder.UnsafeRelaxedJsonEscaping.Encode(value), output);
        }

        output.WriteByte((byte)'"');
    }

    // Line breaks of a message would forge lines of their own; only a stack trace may have them.
    private static void Plain(string value, Utf8Buffer output, bool lines = false)
    {
        value = Cut(value, TextCharsMax);
        if (!lines && value.AsSpan().IndexOfAnyInRange('\0', '\x1f') >= 0)
            value = string.Concat(value.Select(static c => c < ' ' ? ' ' : c));
        Utf8(value, output);
    }

    private static void Utf8(string value, Utf8Buffer output)
    {
        var bytes = output.GetSpan(value.Length * 3);
        output.Advance(System.Text.Encoding.UTF8.GetBytes(value, bytes));
    }

    private static void Number(long value, Utf8Buffer output)
    {
        var bytes = output.GetSpan(20);
        Utf8Formatter.TryFormat(value, bytes, out var count);
        output.Advance(count);
    }

    private static void Milliseconds(long us, Utf8Buffer output)
    {
        Number(us / 1000, output);
        var part = (int)(us % 1000);
        output.Write([(byte)'.', (byte)('0' + part / 100), (byte)('0' + part / 10 % 10), (byte)('0' + part % 10)]);
    }

    private static string Cut(string text, int charsMax) =>
        text.Length <= charsMax ? text : string.Concat(text.AsSpan(0, charsMax), "...");
}
