using Tercel.Chassis.Observability;
using LogLevels = Tercel.Chassis.Observability.LogLevel;

namespace Tercel.Chassis.Configuration;

/// <summary>The settings of every program on the chassis: log, metrics, health, shutdown.</summary>
public static class ChassisSettings
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    /// <summary>Log lines below it are dropped.</summary>
    public static readonly Setting<LogLevels> LogLevel = new(
        "log.level", SettingType.Choice<LogLevels>(), LogLevels.Info,
        "Lines below this level are not written.") { Alias = "LOG_LEVEL" };

    /// <summary>The form of log lines.</summary>
    public static readonly Setting<LogShape> LogFormat = new(
        "log.format", SettingType.Choice<LogShape>(), LogShape.Auto,
        "The form of log lines: `json`, `pretty`, or `auto` (pretty on a terminal, else JSON).");

    /// <summary>Which requests get a line.</summary>
    public static readonly Setting<AccessLog> LogAccess = new(
        "log.access", SettingType.Choice<AccessLog>(), AccessLog.All,
        "Which requests get a line: `all`, `errors` (status 400 and above, and slow ones), or `off`.");

    /// <summary>From which duration a request counts as slow.</summary>
    public static readonly Setting<TimeSpan> LogSlow = new(
        "log.slow", SettingType.Duration(TimeSpan.Zero, Hour), TimeSpan.FromMilliseconds(500),
        "A request that takes at least this long is always logged, at level `warn`.");

    /// <summary>How many request lines a second may have.</summary>
    public static readonly Setting<int> LogAccessMaxPerSecond = new(
        "log.access_max_per_second", SettingType.Int(0, 1_000_000), 1000,
        "Above this rate one request in 100 gets a line, with `weight`; slow and failed ones always do.");

    /// <summary>Whether metrics are served.</summary>
    public static readonly Setting<bool> MetricsEnabled = new(
        "metrics.enabled", SettingType.Bool, true, "Serves `GET /metrics` in the Prometheus text format.");

    /// <summary>How many label sets one metric may have.</summary>
    public static readonly Setting<int> MetricsSeriesMax = new(
        "metrics.max_series", SettingType.Int(1, 100_000), 2000,
        "Label sets per metric; those beyond it are counted in one series labelled `otel_metric_overflow`.");

    /// <summary>How long one health check may take.</summary>
    public static readonly Setting<TimeSpan> HealthTimeout = new(
        "health.timeout", SettingType.Duration(TimeSpan.FromMilliseconds(10), Hour), TimeSpan.FromSeconds(2),
        "A readiness check that takes longer counts as failed.");

    /// <summary>How long the result of a health check is good.</summary>
    public static readonly Setting<TimeSpan> HealthCache = new(
        "health.cache", SettingType.Duration(TimeSpan.Zero, Hour), TimeSpan.FromSeconds(1),
        "Results of readiness checks are reused for so long, however often `/readyz` is asked.");

    /// <summary>How long a stopping program still takes requests after it said that it is not ready.</summary>
    public static readonly Setting<TimeSpan> ShutdownReadyDelay = new(
        "shutdown.ready_delay", SettingType.Duration(TimeSpan.Zero, Hour), TimeSpan.FromSeconds(5),
        "After the stop signal `/readyz` fails for so long before the listener closes; 0 in development.");

    /// <summary>How long requests under way may take to finish.</summary>
    public static readonly Setting<TimeSpan> ShutdownDrain = new(
        "shutdown.drain", SettingType.Duration(TimeSpan.Zero, Hour), TimeSpan.FromSeconds(25),
        "Requests under way may take so long to finish after the listener closed; then they are cut off.");

    /// <summary>All of them.</summary>
    public static IReadOnlyList<Setting> All { get; } =
    [
        LogLevel, LogFormat, LogAccess, LogSlow, LogAccessMaxPerSecond, MetricsEnabled, MetricsSeriesMax,
        HealthTimeout, HealthCache, ShutdownReadyDelay, ShutdownDrain,
    ];

    /// <summary>The source to put lowest when the program runs in development: no delay before it stops.</summary>
    public static SettingsSource DevelopmentDefaults { get; } =
        new([new SettingText(ShutdownReadyDelay.Key, "0s", "development")]);
}
