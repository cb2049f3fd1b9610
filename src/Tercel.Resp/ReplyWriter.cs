// Why this is correct: every pointer comes from NativeBuffer.Reserve just before it is written through, with at least
// as many bytes reserved as the following stores touch.
using System.Runtime.CompilerServices;

namespace Tercel.Resp;

/// <summary>Writes replies in RESP2 or RESP3 into one growing buffer outside the managed heap.</summary>
/// <remarks>
/// Thread: one owner. Cost: no allocation once the buffer has its size. Where RESP2 lacks a type, the form that Redis
/// sends instead is written: maps and sets as arrays, doubles and big numbers as bulk strings, nulls as null bulk.
/// Source: the RESP3 specification; redis.io/docs/reference/protocol-spec.
/// </remarks>
public sealed unsafe class ReplyWriter : IDisposable
{
    private const int CapacityAtStart = 16 * 1024;
    private const int HeaderBytesMax = 24;
    private const ushort LineEnd = 0x0A0D;

    private readonly NativeBuffer _buffer;

    /// <summary>Starts with an empty buffer of a few kilobytes.</summary>
    public ReplyWriter()
        : this(CapacityAtStart)
    {
    }

    /// <summary>Starts with an empty buffer of that size. Units: bytes.</summary>
    public ReplyWriter(int capacity) => _buffer = new NativeBuffer(capacity);

    /// <summary>Whether the connection that replies go to has asked for RESP3 (HELLO 3).</summary>
    public bool IsResp3 { get; set; }

    /// <summary>Bytes written since the last <see cref="Clear"/>.</summary>
    public int Length => _buffer.Length;

    /// <summary>What was written. Lifetime: until the next write.</summary>
    public ReadOnlySpan<byte> Written => _buffer.Written;

    /// <summary>Forgets what was written.</summary>
    public void Clear() => _buffer.Clear();

    /// <summary>Forgets everything written after that length: to replace a half-written reply by an error.</summary>
    public void Truncate(int length) => _buffer.Truncate(length);

    /// <summary><c>+OK</c></summary>
    public void Ok()
    {
        const ulong OkLine = 0x0A_0D_4B_4F_2B;
        Unsafe.WriteUnaligned(_buffer.Reserve(8), OkLine);
        _buffer.Advance(5);
    }

    /// <summary>A simple string; must not contain CR or LF.</summary>
    public void Simple(ReadOnlySpan<byte> text) => Line((byte)'+', text);

    /// <summary>An error, with its code first: <c>ERR no such key</c>. CR and LF are written as spaces.</summary>
    public void Error(ReadOnlySpan<byte> message)
    {
        Line((byte)'-', message);
        if (message.IndexOfAny((byte)'\r', (byte)'\n') < 0) return;
        var start = _buffer.Reserve(0) - message.Length - 2;
        for (var i = 0; i < message.Length; i++)
            if (start[i] is (byte)'\r' or (byte)'\n') start[i] = (byte)' ';
    }

    /// <summary>An integer.</summary>
    public void Integer(long value) => Header((byte)':', value);

    /// <summary>A bulk string.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Bulk(ReadOnlySpan<byte> bytes)
    {
        Header((byte)'$', bytes.Length);
        var target = _buffer.Reserve(bytes.Length + 2);
        bytes.CopyTo(new Span<byte>(target, bytes.Length));
        Unsafe.WriteUnaligned(target + bytes.Length, LineEnd);
        _buffer.Advance(bytes.Length + 2);
    }

    /// <summary>A bulk string of that length for the caller to fill. Lifetime: until the next write. Not
    /// cleared.</summary>
    public Span<byte> BulkToFill(int length)
    {
        Header((byte)'$', length);
        var target = _buffer.Reserve(length + 2);
        Unsafe.WriteUnaligned(target + length, LineEnd);
        _buffer.Advance(length + 2);
        return new Span<byte>(target, length);
    }

    /// <summary>An integer as a bulk string.</summary>
    public void BulkInteger(long value)
    {
        Span<byte> text = stackalloc byte[RespNumber.TextBytesMax];
        Bulk(text[..RespNumber.Format(value, text)]);
    }

    /// <summary>A double: RESP3 <c>,1.5</c>, in RESP2 a bulk string, with 17 significant digits at most as Redis
    /// prints scores (<c>inf</c>, <c>-inf</c>, integers without a point).</summary>
    public void Double(double value)
    {
        Span<byte> text = stackalloc byte[RespNumber.TextBytesMax];
        var written = text[..RespNumber.Format(value, text)];
        if (IsResp3) Line((byte)',', written);
        else Bulk(written);
    }

    /// <summary>A whole number of any size, given as its decimal digits: RESP3 <c>(123</c>, in RESP2 a bulk
    /// string.</summary>
    public void BigNumber(ReadOnlySpan<byte> digits)
    {
        if (IsResp3) Line((byte)'(', digits);
        else Bulk(digits);
    }

    /// <summary>RESP3 <c>#t</c> or <c>#f</c>, in RESP2 the integer 1 or 0.</summary>
    public void Boolean(bool value)
    {
        if (IsResp3) Line((byte)'#', value ? "t"u8 : "f"u8);
        else Integer(value ? 1 : 0);
    }

    /// <summary>Nothing: RESP3 <c>_</c>, RESP2 <c>$-1</c>.</summary>
    public void Null() => Raw(IsResp3 ? "_\r\n"u8 : "$-1\r\n"u8);

    /// <summary>No array: RESP3 <c>_</c>, RESP2 <c>*-1</c>.</summary>
    public void NullArray() => Raw(IsResp3 ? "_\r\n"u8 : "*-1\r\n"u8);

    /// <summary>Starts an array of that many replies.</summary>
    public void Array(int count) => Header((byte)'*', count);

    /// <summary>Starts a map of that many pairs; in RESP2 an array of twice as many replies.</summary>
    public void Map(int pairs)
    {
        if (IsResp3) Header((byte)'%', pairs);
        else Header((byte)'*', pairs * 2L);
    }

    /// <summary>Starts a set; in RESP2 an array.</summary>
    public void Set(int count) => Header(IsResp3 ? (byte)'~' : (byte)'*', count);

    /// <summary>Starts an out-of-band message; in RESP2 an array.</summary>
    public void Push(int count) => Header(IsResp3 ? (byte)'>' : (byte)'*', count);

    /// <summary>Text with a three-letter format such as <c>txt</c>; in RESP2 a bulk string.</summary>
    public void Verbatim(ReadOnlySpan<byte> format, ReadOnlySpan<byte> text)
    {
        if (!IsResp3)
        {
            Bulk(text);
            return;
        }

        Primitives.Invariant.Holds(format.Length == 3);
        Header((byte)'=', text.Length + 4L);
        _buffer.Append(format);
        _buffer.Append(":"u8);
        _buffer.Append(text);
        _buffer.Append("\r\n"u8);
    }

    /// <summary>Starts an array whose count is not known yet; finish it with <see cref="EndArray"/>,
    /// <see cref="EndMap"/> or <see cref="EndSet"/>.</summary>
    /// <returns>The mark to give to the end.</returns>
    public int BeginArray() => _buffer.Length;

    /// <summary>Writes the count of an array begun before; its items are moved by the few bytes the count
    /// needs.</summary>
    public void EndArray(int mark, int count) => InsertHeader(mark, (byte)'*', count);

    /// <summary>The same for a map of that many pairs.</summary>
    public void EndMap(int mark, int pairs)
    {
        if (IsResp3) InsertHeader(mark, (byte)'%', pairs);
        else InsertHeader(mark, (byte)'*', pairs * 2L);
    }

    /// <summary>The same for a set.</summary>
    public void EndSet(int mark, int count) => InsertHeader(mark, IsResp3 ? (byte)'~' : (byte)'*', count);

    /// <summary>Puts a short bulk string in at a mark, before what was written since: for a cursor, which is known only
    /// after the scan.</summary>
    public void InsertBulk(int mark, ReadOnlySpan<byte> bytes)
    {
        Primitives.Invariant.Holds(bytes.Length <= HeaderBytesMax);
        Span<byte> item = stackalloc byte[2 * HeaderBytesMax + 4];
        bytes.CopyTo(item);
        "\r\n"u8.CopyTo(item[bytes.Length..]);
        _buffer.Insert(mark, item[..(bytes.Length + 2)]);
        InsertHeader(mark, (byte)'$', bytes.Length);
    }

    /// <summary>Bytes that are RESP already.</summary>
    public void Raw(ReadOnlySpan<byte> resp) => _buffer.Append(resp);

    /// <summary>Puts bytes that are RESP in front of what was written after that length.</summary>
    public void InsertRaw(int length, ReadOnlySpan<byte> resp) => _buffer.Insert(length, resp);

    /// <summary>Frees the buffer.</summary>
    public void Dispose() => _buffer.Dispose();

    private void Line(byte type, ReadOnlySpan<byte> text)
    {
        var target = _buffer.Reserve(text.Length + 3);
        *target = type;
        text.CopyTo(new Span<byte>(target + 1, text.Length));
        Unsafe.WriteUnaligned(target + 1 + text.Length, LineEnd);
        _buffer.Advance(text.Length + 3);
    }

    private void InsertHeader(int mark, byte type, long count)
    {
        Span<byte> header = stackalloc byte[HeaderBytesMax];
        header[0] = type;
        var length = 1 + RespNumber.Format(count, header[1..]);
        "\r\n"u8.CopyTo(header[length..]);
        _buffer.Insert(mark, header[..(length + 2)]);
    }

    /// <summary>A type byte, a number and a line end; the short numbers that most headers have without a
    /// division.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Header(byte type, long value)
    {
        var target = _buffer.Reserve(HeaderBytesMax);
        if ((ulong)value < 10)
        {
            Unsafe.WriteUnaligned(target, type | ((uint)value + '0') << 8 | (uint)LineEnd << 16);
            _buffer.Advance(4);
            return;
        }

        if ((ulong)value < 100)
        {
            var tens = (uint)value * 103 >> 10; // a division by ten, right up to 178
            var digits = (tens + '0') << 8 | ((uint)value - tens * 10 + '0') << 16;
            Unsafe.WriteUnaligned(target, type | digits | (ulong)LineEnd << 24);
            _buffer.Advance(5);
            return;
        }

        HeaderOfSeveralDigits(target, type, value);
    }

    private void HeaderOfSeveralDigits(byte* target, byte type, long value)
    {
        *target = type;
        var digits = 0;
        if ((ulong)value < 1000)
        {
            var number = (uint)value;
            var hundreds = number / 100;
            if (hundreds != 0) target[++digits] = (byte)('0' + hundreds);
            number -= hundreds * 100;
            target[++digits] = (byte)('0' + number / 10);
            target[++digits] = (byte)('0' + number % 10);
        }
        else
        {
            digits = RespNumber.Format(value, new Span<byte>(target + 1, HeaderBytesMax - 3));
        }

        Unsafe.WriteUnaligned(target + 1 + digits, LineEnd);
        _buffer.Advance(digits + 3);
    }
}
