using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace Tercel.Api.Writing;

/// <summary>Writes JSON in the one form the database keeps: no white space, nothing escaped but what must be.</summary>
/// <remarks>Equal values give equal bytes, whatever escapes the client used. The caller keeps the order of calls
/// right.</remarks>
internal sealed class JsonOutput(int bytesExpected = 256)
{
    private readonly ArrayBufferWriter<byte> _bytes = new(bytesExpected);
    private bool _comma;

    public ReadOnlyMemory<byte> Written => _bytes.WrittenMemory;

    /// <summary>Starts an object or an array: <c>{</c> or <c>[</c>.</summary>
    public void Open(char bracket)
    {
        Separate();
        Put((byte)bracket);
        _comma = false;
    }

    /// <summary>Ends it: <c>}</c> or <c>]</c>.</summary>
    public void Close(char bracket)
    {
        Put((byte)bracket);
        _comma = true;
    }

    public void Name(string name)
    {
        Separate();
        Quote(Encoding.UTF8.GetBytes(name));
        Put((byte)':');
        _comma = false;
    }

    public void Text(ReadOnlySpan<byte> utf8)
    {
        Separate();
        Quote(utf8);
        _comma = true;
    }

    /// <summary>A value that is JSON already.</summary>
    public void Raw(ReadOnlySpan<byte> json)
    {
        Separate();
        _bytes.Write(json);
        _comma = true;
    }

    public void Number(long value)
    {
        Separate();
        Utf8Formatter.TryFormat(value, _bytes.GetSpan(20), out var count);
        _bytes.Advance(count);
        _comma = true;
    }

    public void Number(double value)
    {
        Separate();
        Utf8Formatter.TryFormat(value, _bytes.GetSpan(32), out var count);
        _bytes.Advance(count);
        _comma = true;
    }

    private void Separate()
    {
        if (_comma) Put((byte)',');
    }

    private void Put(byte value)
    {
        _bytes.GetSpan(1)[0] = value;
        _bytes.Advance(1);
    }

    private void Quote(ReadOnlySpan<byte> utf8)
    {
        Put((byte)'"');
        foreach (var b in utf8)
        {
            if (b >= 0x20 && b is not ((byte)'"' or (byte)'\\'))
            {
                Put(b);
                continue;
            }

            Put((byte)'\\');
            var letter = b switch
            {
                (byte)'"' or (byte)'\\' => b,
                (byte)'\n' => (byte)'n',
                (byte)'\r' => (byte)'r',
                (byte)'\t' => (byte)'t',
                (byte)'\b' => (byte)'b',
                (byte)'\f' => (byte)'f',
                _ => (byte)'u',
            };
            Put(letter);
            if (letter != (byte)'u') continue;
            Utf8Formatter.TryFormat(b, _bytes.GetSpan(4), out var count, new StandardFormat('x', 4));
            _bytes.Advance(count);
        }

        Put((byte)'"');
    }
}
