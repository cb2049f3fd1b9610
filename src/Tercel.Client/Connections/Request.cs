using System.Buffers;
using System.Buffers.Text;

namespace Tercel.Client.Connections;

/// <summary>One command as the bytes that go to the server.</summary>
/// <remarks>Lifetime: from <see cref="Start"/> until <see cref="Release"/>, by whoever sends it.</remarks>
internal sealed class Request
{
    private const int HeadBytesMax = 32;
    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(256);
    private int _length;

    public static Request Start(ReadOnlySpan<byte> name, int argCount)
    {
        var request = new Request();
        request.Line((byte)'*', argCount + 1);
        request.Add(name);
        return request;
    }

    public ReadOnlySpan<byte> Bytes => _buffer.AsSpan(0, _length);

    /// <summary>Commands in it that are answered by a reply.</summary>
    public int CommandCount { get; private set; } = 1;

    public Request Add(ReadOnlySpan<byte> argument)
    {
        Line((byte)'$', argument.Length);
        Room(argument.Length + 2);
        argument.CopyTo(_buffer.AsSpan(_length));
        _length += argument.Length;
        End();
        return this;
    }

    public Request Add(CacheValue argument)
    {
        var length = argument.Length;
        Line((byte)'$', length);
        Room(length + 2);
        argument.CopyTo(_buffer.AsSpan(_length));
        _length += length;
        End();
        return this;
    }

    public Request Add(long number)
    {
        Span<byte> text = stackalloc byte[HeadBytesMax];
        Utf8Formatter.TryFormat(number, text, out var length);
        return Add(text[..length]);
    }

    /// <summary>Puts another request behind this one; the other is released.</summary>
    /// <param name="other">The other.</param>
    /// <param name="isPushed">This one is answered by a push, so that only the other has a reply.</param>
    public void Append(Request other, bool isPushed = false)
    {
        if (!isPushed) CommandCount += other.CommandCount;
        Room(other._length);
        other.Bytes.CopyTo(_buffer.AsSpan(_length));
        _length += other._length;
        other.Release();
    }

    public void Release()
    {
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
        _length = 0;
    }

    private void Line(byte type, int number)
    {
        Room(HeadBytesMax);
        _buffer[_length++] = type;
        Utf8Formatter.TryFormat(number, _buffer.AsSpan(_length), out var written);
        _length += written;
        End();
    }

    private void End()
    {
        _buffer[_length++] = (byte)'\r';
        _buffer[_length++] = (byte)'\n';
    }

    private void Room(int bytes)
    {
        if (_buffer.Length - _length >= bytes) return;
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(_buffer.Length * 2, _length + bytes));
        _buffer.AsSpan(0, _length).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = larger;
    }
}
