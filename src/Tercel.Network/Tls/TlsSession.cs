using System.Runtime.InteropServices;

namespace Tercel.Network.Tls;

// TLS of one connection between two memory buffers of OpenSSL: what comes from the socket is written into the first,
// what OpenSSL wants to send is read from the second. The loop's scratch buffer carries both, one call at a time, so a
// session keeps only what OpenSSL keeps. Thread: the loop's. The native session is freed once, by Dispose.
internal sealed unsafe class TlsSession : IDisposable
{
    private readonly nint _session;
    private readonly nint _fromSocket;
    private readonly nint _toSocket;
    private bool _socketMayHaveMore;
    private bool _decryptedMayHaveMore;
    private bool _failed;

    public TlsSession(nint session)
    {
        _session = session;
        _fromSocket = OpenSsl.BIO_new(OpenSsl.BIO_s_mem());
        _toSocket = OpenSsl.BIO_new(OpenSsl.BIO_s_mem());
        OpenSsl.SSL_set_bio(session, _fromSocket, _toSocket);
        OpenSsl.SSL_set_accept_state(session);
    }

    public bool IsEstablished { get; private set; }

    /// <summary>Whether the next <see cref="Receive"/> may give more without the socket becoming readable
    /// again.</summary>
    public bool HasInput => _socketMayHaveMore || _decryptedMayHaveMore;

    /// <summary>Receives once and takes the next step. True when the handshake is done; <paramref name="status"/> is
    /// what a receive would say: a positive number to go on, 0 for the end, or a failure.</summary>
    public bool TryHandshake(LoopConnection connection, TlsScratch scratch, out int status)
    {
        status = Fill(connection, scratch);
        if (status <= 0) return false;
        OpenSsl.ERR_clear_error();
        var result = OpenSsl.SSL_do_handshake(_session);
        if (result != 1 && OpenSsl.SSL_get_error(_session, result) is not OpenSsl.ErrorWantRead)
        {
            _failed = true;
            Drain(connection, scratch); // the alert that says why
            status = SocketResult.Failed;
            return false;
        }

        Drain(connection, scratch);
        if (result != 1) return false;
        IsEstablished = true;
        _decryptedMayHaveMore = true; // the first message may have come with the client's last step
        connection.MarkTls(ClientSubject());
        return true;
    }

    /// <summary>Receives once if nothing is decrypted, and decrypts as much as there is room for.</summary>
    public int Receive(LoopConnection connection, TlsScratch scratch, byte* bytes, int room)
    {
        var count = _decryptedMayHaveMore ? Decrypt(bytes, room) : SocketResult.WouldBlock;
        if (count != SocketResult.WouldBlock) return count;
        var status = Fill(connection, scratch);
        return status <= 0 ? status : Decrypt(bytes, room);
    }

    /// <summary>Encrypts and sends. False when the session is broken.</summary>
    public bool Send(LoopConnection connection, TlsScratch scratch, ReadOnlySpan<byte> bytes)
    {
        if (_failed || !IsEstablished) return false;
        fixed (byte* start = bytes)
        {
            for (var sent = 0; sent < bytes.Length && !connection.IsClosed;)
            {
                OpenSsl.ERR_clear_error();
                var part = Math.Min(bytes.Length - sent, TlsScratch.PlainBytesPerStep);
                var result = OpenSsl.SSL_write(_session, start + sent, part);
                if (result <= 0) return false;
                sent += result;
                Drain(connection, scratch);
            }
        }

        return true;
    }

    /// <summary>Tells the peer that nothing more comes.</summary>
    public void EndSending(LoopConnection connection, TlsScratch scratch)
    {
        if (_failed || !IsEstablished) return;
        OpenSsl.ERR_clear_error();
        _ = OpenSsl.SSL_shutdown(_session);
        Drain(connection, scratch);
    }

    public void Dispose() => OpenSsl.SSL_free(_session);

    private int Fill(LoopConnection connection, TlsScratch scratch)
    {
        var received = connection.ReceiveRaw(scratch.Bytes, TlsScratch.Size);
        _socketMayHaveMore = received == TlsScratch.Size
            || (received > 0 && (connection.Ready & Readiness.PeerEnded) != 0);
        if (received <= 0) return received;
        return OpenSsl.BIO_write(_fromSocket, scratch.Bytes, received) == received ? received : SocketResult.Failed;
    }

    private int Decrypt(byte* bytes, int room)
    {
        var sum = 0;
        while (sum < room)
        {
            OpenSsl.ERR_clear_error();
            var count = OpenSsl.SSL_read(_session, bytes + sum, room - sum);
            if (count > 0)
            {
                sum += count;
                continue;
            }

            _decryptedMayHaveMore = false;
            if (sum > 0) return sum;
            return OpenSsl.SSL_get_error(_session, count) switch
            {
                OpenSsl.ErrorWantRead => SocketResult.WouldBlock,
                OpenSsl.ErrorZeroReturn => 0,
                _ => Broken(),
            };
        }

        _decryptedMayHaveMore = true;
        return sum;
    }

    private int Broken()
    {
        _failed = true;
        return SocketResult.Failed;
    }

    private void Drain(LoopConnection connection, TlsScratch scratch)
    {
        int count;
        while ((count = OpenSsl.BIO_read(_toSocket, scratch.Bytes, TlsScratch.Size)) > 0)
            connection.SendOrKeep(new ReadOnlySpan<byte>(scratch.Bytes, count));
    }

    private string? ClientSubject()
    {
        var certificate = OpenSsl.SSL_get1_peer_certificate(_session);
        if (certificate == 0) return null;
        const int TextBytes = 512;
        var text = stackalloc byte[TextBytes];
        OpenSsl.X509_NAME_oneline(OpenSsl.X509_get_subject_name(certificate), text, TextBytes);
        OpenSsl.X509_free(certificate);
        return Marshal.PtrToStringUTF8((nint)text);
    }
}

// The buffer between sockets and OpenSSL that all TLS connections of a loop share; made with the first of them.
internal sealed unsafe class TlsScratch : IDisposable
{
    public const int Size = 64 << 10;

    /// <summary>Encrypted in one step; its records fit into <see cref="Size"/>.</summary>
    public const int PlainBytesPerStep = 48 << 10;

    public byte* Bytes { get; } = (byte*)NativeMemory.Alloc(Size);

    public void Dispose() => NativeMemory.Free(Bytes);
}
