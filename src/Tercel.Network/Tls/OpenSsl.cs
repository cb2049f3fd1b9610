using System.Runtime.InteropServices;

namespace Tercel.Network.Tls;

// The calls into OpenSSL 3 that TLS over memory buffers needs. All of them work in memory only and never wait, but a
// handshake step may take a millisecond, so none skips the GC transition. Objects belong to who made them; a session
// owns the two buffers given to it.
internal static unsafe partial class OpenSsl
{
    public const int FilePem = 1;
    public const int VerifyNone = 0;
    public const int VerifyPeer = 1;
    public const int VerifyFailWithoutCertificate = 2;
    public const int SetMinVersion = 123;
    public const int SetMode = 33;
    public const int Tls12 = 0x0303;
    public const ulong NoRenegotiation = 1ul << 30;
    public const ulong CipherServerPreference = 1ul << 22;
    public const ulong IgnoreUnexpectedEnd = 1ul << 7;
    public const int ModePartialWrite = 1;
    public const int ModeMovingWriteBuffer = 2;
    public const int ModeReleaseBuffers = 16;
    public const int ErrorWantRead = 2;
    public const int ErrorWantWrite = 3;
    public const int ErrorZeroReturn = 6;

    public const string Library = "libssl.so.3";
    private const string Crypto = "libcrypto.so.3";

    [LibraryImport(Library)]
    public static partial nint TLS_server_method();

    [LibraryImport(Library)]
    public static partial nint SSL_CTX_new(nint method);

    [LibraryImport(Library)]
    public static partial void SSL_CTX_free(nint context);

    [LibraryImport(Library)]
    public static partial long SSL_CTX_ctrl(nint context, int command, long number, nint pointer);

    [LibraryImport(Library)]
    public static partial ulong SSL_CTX_set_options(nint context, ulong options);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int SSL_CTX_use_certificate_chain_file(nint context, string file);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int SSL_CTX_use_PrivateKey_file(nint context, string file, int type);

    [LibraryImport(Library)]
    public static partial int SSL_CTX_check_private_key(nint context);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int SSL_CTX_load_verify_locations(nint context, string? file, string? folder);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint SSL_load_client_CA_file(string file);

    [LibraryImport(Library)]
    public static partial void SSL_CTX_set_client_CA_list(nint context, nint list);

    [LibraryImport(Library)]
    public static partial void SSL_CTX_set_verify(nint context, int mode, nint callback);

    [LibraryImport(Library)]
    public static partial int SSL_CTX_set_session_id_context(nint context, byte* bytes, uint count);

    [LibraryImport(Library)]
    public static partial nint SSL_new(nint context);

    [LibraryImport(Library)]
    public static partial void SSL_free(nint session);

    [LibraryImport(Library)]
    public static partial void SSL_set_accept_state(nint session);

    [LibraryImport(Library)]
    public static partial void SSL_set_bio(nint session, nint read, nint write);

    [LibraryImport(Library)]
    public static partial int SSL_do_handshake(nint session);

    [LibraryImport(Library)]
    public static partial int SSL_read(nint session, byte* bytes, int count);

    [LibraryImport(Library)]
    public static partial int SSL_write(nint session, byte* bytes, int count);

    [LibraryImport(Library)]
    public static partial int SSL_shutdown(nint session);

    [LibraryImport(Library)]
    public static partial int SSL_get_error(nint session, int result);

    [LibraryImport(Library)]
    public static partial nint SSL_get1_peer_certificate(nint session);

    [LibraryImport(Crypto)]
    public static partial nint BIO_s_mem();

    [LibraryImport(Crypto)]
    public static partial nint BIO_new(nint method);

    [LibraryImport(Crypto)]
    public static partial int BIO_write(nint bio, byte* bytes, int count);

    [LibraryImport(Crypto)]
    public static partial int BIO_read(nint bio, byte* bytes, int count);

    [LibraryImport(Crypto)]
    public static partial nint X509_get_subject_name(nint certificate);

    [LibraryImport(Crypto)]
    public static partial byte* X509_NAME_oneline(nint name, byte* buffer, int count);

    [LibraryImport(Crypto)]
    public static partial void X509_free(nint certificate);

    [LibraryImport(Crypto)]
    public static partial ulong ERR_get_error();

    [LibraryImport(Crypto)]
    public static partial void ERR_clear_error();

    [LibraryImport(Crypto)]
    public static partial void ERR_error_string_n(ulong error, byte* text, nuint count);
}
