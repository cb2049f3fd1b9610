namespace Tercel.Resp;

/// <summary>Writes replies in RESP2 or RESP3 into one growing buffer outside the managed heap.</summary>
/// <remarks>
/// Thread: one owner. Cost: no allocation once the buffer has its size. Where RESP2 lacks a type, the form that Redis
/// sends instead is written: maps and sets as arrays, doubles and big numbers as bulk strings, nulls as null bulk.
/// Source: the RESP3 specification; redis.io/docs/reference/protocol-spec.
/// </remarks>
public sealed unsafe class ReplyWriter : IDisposable
{
    /// <summary>Whether the connection that replies go to has asked for RESP3 (HELLO 3).</summary>
    public bool IsResp3 { get; set; }

    /// <summary>Bytes written since the last <see cref="Clear"/>.</summary>
    public int Length => throw new NotImplementedException();

    /// <summary>What was written. Lifetime: until the next write.</summary>
    public ReadOnlySpan<byte> Written => throw new NotImplementedException();

    /// <summary>Forgets what was written.</summary>
    public void Clear() => throw new NotImplementedException();

    /// <summary>Forgets everything written after that length: to replace a half-written reply by an error.</summary>
    public void Truncate(int length) => throw new NotImplementedException();

    /// <summary><c>+OK</c></summary>
    public void Ok() => throw new NotImplementedException();

    /// <summary>A simple string; must not contain CR or LF.</summary>
    public void Simple(ReadOnlySpan<byte> text) => throw new NotImplementedException();

    /// <summary>An error, with its code first: <c>ERR no such key</c>. CR and LF are written as spaces.</summary>
    public void Error(ReadOnlySpan<byte> message) => throw new NotImplementedException();

    /// <summary>An integer.</summary>
    public void Integer(long value) => throw new NotImplementedException();

    /// <summary>A bulk string.</summary>
    public void Bulk(ReadOnlySpan<byte> bytes) => throw new NotImplementedException();

    /// <summary>An integer as a bulk string.</summary>
    public void BulkInteger(long value) => throw new NotImplementedException();

    /// <summary>A double: RESP3 <c>,1.5</c>, in RESP2 a bulk string, with 17 significant digits at most as Redis
    /// prints scores (<c>inf</c>, <c>-inf</c>, integers without a point).</summary>
    public void Double(double value) => throw new NotImplementedException();

    /// <summary>RESP3 <c>#t</c> or <c>#f</c>, in RESP2 the integer 1 or 0.</summary>
    public void Boolean(bool value) => throw new NotImplementedException();

    /// <summary>Nothing: RESP3 <c>_</c>, RESP2 <c>$-1</c>.</summary>
    public void Null() => throw new NotImplementedException();

    /// <summary>No array: RESP3 <c>_</c>, RESP2 <c>*-1</c>.</summary>
    public void NullArray() => throw new NotImplementedException();

    /// <summary>Starts an array of that many replies.</summary>
    public void Array(int count) => throw new NotImplementedException();

    /// <summary>Starts a map of that many pairs; in RESP2 an array of twice as many replies.</summary>
    public void Map(int pairs) => throw new NotImplementedException();

    /// <summary>Starts a set; in RESP2 an array.</summary>
    public void Set(int count) => throw new NotImplementedException();

    /// <summary>Starts an out-of-band message; in RESP2 an array.</summary>
    public void Push(int count) => throw new NotImplementedException();

    /// <summary>Text with a three-letter format such as <c>txt</c>; in RESP2 a bulk string.</summary>
    public void Verbatim(ReadOnlySpan<byte> format, ReadOnlySpan<byte> text) => throw new NotImplementedException();

    /// <summary>Starts an array whose count is not known yet; finish it with <see cref="EndArray"/>.</summary>
    /// <returns>The mark to give to <see cref="EndArray"/>.</returns>
    public int BeginArray() => throw new NotImplementedException();

    /// <summary>Writes the count of an array begun before; its items are moved by the few bytes the count
    /// needs.</summary>
    public void EndArray(int mark, int count) => throw new NotImplementedException();

    /// <summary>Bytes that are RESP already.</summary>
    public void Raw(ReadOnlySpan<byte> resp) => throw new NotImplementedException();

    /// <summary>Frees the buffer.</summary>
    public void Dispose() => throw new NotImplementedException();
}
