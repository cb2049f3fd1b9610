using Tercel.Chassis.Configuration;

namespace Tercel.Chassis.Web.Hosting;

// What the pipeline needs from the settings, read once.
internal sealed record PipelineOptions(
    TimeSpan Timeout, long UrlCharsMax, long BodyBytesMax, int RequestsMax, bool Compresses)
{
    public bool ServesMetrics { get; init; }

    public Cors? Cors { get; init; }

    public static PipelineOptions From(Settings settings)
    {
        var origins = settings.Get(HttpSettings.CorsOrigins);
        return new PipelineOptions(
            settings.Get(HttpSettings.RequestTimeout),
            settings.Get(HttpSettings.UrlBytesMax),
            settings.Get(HttpSettings.BodyBytesMax),
            settings.Get(HttpSettings.RequestsMax),
            settings.Get(HttpSettings.Compression))
        {
            ServesMetrics = settings.Get(ChassisSettings.MetricsEnabled),
            Cors = origins.Count == 0 ? null : new Cors(origins),
        };
    }
}
