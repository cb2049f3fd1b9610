using System.Runtime.InteropServices;
using System.Text;

namespace Tercel.Network.Tls;

// The certificate and rules of one TLS listener. The native context is counted: sessions keep it alive, and this handle
// frees our count at its end. Text buffers are on the stack and larger than what is written into them.
internal sealed unsafe class TlsContext : SafeHandle
{
    private TlsContext(nint context)
        : base(0, ownsHandle: true) => SetHandle(context);

    public override bool IsInvalid => handle == 0;

    /// <summary>Loads the files. Errors: <see cref="NetworkException"/> with the file and what to do.</summary>
    public static TlsContext Create(TlsOptions options)
    {
        var context = New();
        try
        {
            context.Load(options);
            return context;
        }
        catch
        {
            context.Dispose();
            throw;
        }
    }

    /// <summary>A session that waits for a client's first message; null when there is no memory for it.</summary>
    public TlsSession? NewSession()
    {
        var session = OpenSsl.SSL_new(handle);
        return session == 0 ? null : new TlsSession(session);
    }

    protected override bool ReleaseHandle()
    {
        OpenSsl.SSL_CTX_free(handle);
        return true;
    }

    private static TlsContext New()
    {
        try
        {
            return new TlsContext(OpenSsl.SSL_CTX_new(OpenSsl.TLS_server_method()));
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException)
        {
            throw new NetworkException(
                $"TLS needs OpenSSL 3 ({OpenSsl.Library}), which this system does not have. Install the package "
                + "libssl3 (Debian, Ubuntu) or openssl-libs (Fedora), or serve without TLS.", e);
        }
    }

    private void Load(TlsOptions options)
    {
        OpenSsl.SSL_CTX_ctrl(handle, OpenSsl.SetMinVersion, OpenSsl.Tls12, 0);
        OpenSsl.SSL_CTX_ctrl(
            handle, OpenSsl.SetMode,
            OpenSsl.ModePartialWrite | OpenSsl.ModeMovingWriteBuffer | OpenSsl.ModeReleaseBuffers, 0);
        OpenSsl.SSL_CTX_set_options(
            handle, OpenSsl.NoRenegotiation | OpenSsl.CipherServerPreference | OpenSsl.IgnoreUnexpectedEnd);
        fixed (byte* id = "tercel"u8) _ = OpenSsl.SSL_CTX_set_session_id_context(handle, id, 6);
        Check(
            OpenSsl.SSL_CTX_use_certificate_chain_file(handle, options.CertificateFile),
            "certificate chain", options.CertificateFile);
        Check(
            OpenSsl.SSL_CTX_use_PrivateKey_file(handle, options.KeyFile, OpenSsl.FilePem),
            "private key", options.KeyFile);
        Check(OpenSsl.SSL_CTX_check_private_key(handle), "private key of this certificate", options.KeyFile);
        if (options.ClientAuthorityFile is { } authorities) LoadAuthorities(authorities, options);
    }

    private void LoadAuthorities(string file, TlsOptions options)
    {
        Check(OpenSsl.SSL_CTX_load_verify_locations(handle, file, null), "client authority", file);
        OpenSsl.SSL_CTX_set_client_CA_list(handle, OpenSsl.SSL_load_client_CA_file(file));
        var mode = OpenSsl.VerifyPeer;
        if (options.ClientCertificateRequired) mode |= OpenSsl.VerifyFailWithoutCertificate;
        OpenSsl.SSL_CTX_set_verify(handle, mode, 0);
    }

    private static void Check(int result, string what, string file)
    {
        if (result == 1) return;
        const int TextBytes = 256;
        var text = stackalloc byte[TextBytes];
        OpenSsl.ERR_error_string_n(OpenSsl.ERR_get_error(), text, TextBytes);
        var reason = Encoding.UTF8.GetString(MemoryMarshal.CreateReadOnlySpanFromNullTerminated(text));
        OpenSsl.ERR_clear_error();
        var hint = File.Exists(file) ? "It must be a PEM file that fits the others." : "The file does not exist.";
        throw new NetworkException($"TLS: cannot use {file} as {what}. {hint} (OpenSSL: {reason})");
    }
}
