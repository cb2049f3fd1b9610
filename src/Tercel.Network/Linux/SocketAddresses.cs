using System.Buffers.Binary;
using System.Net;

namespace Tercel.Network.Linux;

// The kernel's address structures: sockaddr_in (family 2, port, 4 bytes) and sockaddr_in6 (family 10, port, flow, 16
// bytes, scope). Reads only within the count the kernel gave.
internal static unsafe class SocketAddresses
{
    public const int BytesMax = 128;

    /// <summary>Null for a family without ports, such as Unix sockets.</summary>
    public static IPEndPoint? Read(byte* address, int count)
    {
        var bytes = new ReadOnlySpan<byte>(address, Math.Min(count, BytesMax));
        if (bytes.Length < 8) return null;
        var port = BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]);
        return *(ushort*)address switch
        {
            2 => new IPEndPoint(new IPAddress(bytes.Slice(4, 4)), port),
            10 when bytes.Length >= 24 => new IPEndPoint(Unmap(new IPAddress(bytes.Slice(8, 16))), port),
            _ => null,
        };
    }

    private static IPAddress Unmap(IPAddress address) =>
        address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
}
