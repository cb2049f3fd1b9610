using System.Diagnostics.CodeAnalysis;
using System.Net;
using Tercel.Chassis.Configuration;

namespace Tercel.Chassis.Web;

/// <summary>The settings of the HTTP side: where to listen, and every limit of a connection and a request.</summary>
public static class HttpSettings
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    /// <summary>The port.</summary>
    public static readonly Setting<int> Port = new(
        "http.port", SettingType.Int(0, 65535), 8080, "The port to listen on; 0 takes any free one.")
    {
        Alias = "PORT",
        Flag = "--port",
    };

    /// <summary>The address.</summary>
    public static readonly Setting<string> Bind = new(
        "http.bind",
        SettingType.Custom<string>("`*`, `localhost` or an IP address", TryParseBind, static text => text),
        "*",
        "The address to listen on: `*` for all, `localhost`, or an IP address.") { Flag = "--bind" };

    /// <summary>How large a request body may be.</summary>
    public static readonly Setting<long> BodyBytesMax = new(
        "http.max_body", SettingType.Bytes(0, 1L << 30), 1 << 20,
        "Largest request body, chunk framing included; above it the answer is 413 `/problems/too-large`.");

    /// <summary>How long a URL may be.</summary>
    public static readonly Setting<long> UrlBytesMax = new(
        "http.max_url", SettingType.Bytes(256, 64 * 1024), 8 * 1024,
        "Longest path plus query string; above it the answer is 414 `/problems/uri-too-long`.");

    /// <summary>How many headers a request may have.</summary>
    public static readonly Setting<int> HeadersMax = new(
        "http.max_headers", SettingType.Int(8, 1000), 100, "Most headers of a request; above it the answer is 431.");

    /// <summary>How large the headers of a request may be together.</summary>
    public static readonly Setting<long> HeaderBytesMax = new(
        "http.max_header_bytes", SettingType.Bytes(1024, 1 << 20), 32 * 1024,
        "Largest size of all headers of a request together; above it the answer is 431.");

    /// <summary>How many connections may be open.</summary>
    public static readonly Setting<int> ConnectionsMax = new(
        "http.max_connections", SettingType.Int(1, 1_000_000), 10_000,
        "Most open connections; more are closed at once.");

    /// <summary>How many requests may be under way.</summary>
    public static readonly Setting<int> RequestsMax = new(
        "http.max_requests", SettingType.Int(1, 1_000_000), 4096,
        "Most requests under way at once; more are answered 503 with `Retry-After`, health checks excepted.");

    /// <summary>How long an idle connection stays open.</summary>
    public static readonly Setting<TimeSpan> KeepAlive = new(
        "http.keep_alive", SettingType.Duration(Second, Hour), TimeSpan.FromSeconds(60),
        "An idle connection is closed after this time.");

    /// <summary>How long the headers of a request may take to arrive.</summary>
    public static readonly Setting<TimeSpan> HeaderTimeout = new(
        "http.header_timeout", SettingType.Duration(Second, Hour), TimeSpan.FromSeconds(10),
        "A connection whose request headers take longer is closed, with 408 when it began a request.");

    /// <summary>The slowest allowed upload.</summary>
    public static readonly Setting<int> BodyRateMin = new(
        "http.min_body_rate", SettingType.Int(0, 1 << 30), 240,
        "Slowest allowed request body in bytes per second after 5 s; 0 allows any.");

    /// <summary>The slowest allowed download.</summary>
    public static readonly Setting<int> ResponseRateMin = new(
        "http.min_response_rate", SettingType.Int(0, 1 << 30), 240,
        "Slowest allowed reading of a response in bytes per second after 5 s; 0 allows any.");

    /// <summary>How long a request may take.</summary>
    public static readonly Setting<TimeSpan> RequestTimeout = new(
        "http.timeout", SettingType.Duration(TimeSpan.FromMilliseconds(1), Hour), TimeSpan.FromSeconds(10),
        "A request that takes longer is cancelled and answered 504 `/problems/timeout`.");

    /// <summary>Which web pages may call from a browser.</summary>
    public static readonly Setting<IReadOnlyList<string>> CorsOrigins = new(
        "http.cors_origins", SettingType.List, [],
        "Origins whose pages may call from a browser, such as `https://shop.example`, or `*` for all.");

    /// <summary>Whether answers are compressed.</summary>
    public static readonly Setting<bool> Compression = new(
        "http.compression", SettingType.Bool, true,
        "Compresses text answers of 1 KiB and more with Brotli or gzip for clients that accept it.");

    /// <summary>All of them.</summary>
    public static IReadOnlyList<Setting> All { get; } =
    [
        Port, Bind, BodyBytesMax, UrlBytesMax, HeadersMax, HeaderBytesMax, ConnectionsMax, RequestsMax, KeepAlive,
        HeaderTimeout, BodyRateMin, ResponseRateMin, RequestTimeout, CorsOrigins, Compression,
    ];

    private static bool TryParseBind(string text, [MaybeNullWhen(false)] out string value)
    {
        value = text;
        return text is "*" or "localhost" || IPAddress.TryParse(text, out _);
    }
}
