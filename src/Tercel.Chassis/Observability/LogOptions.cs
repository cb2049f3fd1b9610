using Tercel.Chassis.Configuration;

namespace Tercel.Chassis.Observability;

/// <summary>The form of log lines.</summary>
public enum LogShape
{
    /// <summary>Pretty on a terminal, else JSON.</summary>
    Auto,

    /// <summary>One JSON object per line.</summary>
    Json,

    /// <summary>One line for people.</summary>
    Pretty,
}

/// <summary>Which requests get a line.</summary>
public enum AccessLog
{
    /// <summary>Every request, sampled above a rate.</summary>
    All,

    /// <summary>Those answered with status 400 or above, and slow ones.</summary>
    Errors,

    /// <summary>None.</summary>
    Off,
}

/// <summary>What the log needs to know from the settings.</summary>
public sealed record LogOptions
{
    /// <summary>Lines below it are dropped.</summary>
    public LogLevel Level { get; init; } = LogLevel.Info;

    /// <summary>True for one-line text instead of JSON.</summary>
    public bool Pretty { get; init; }

    /// <summary>Which requests get a line.</summary>
    public AccessLog Access { get; init; } = AccessLog.All;

    /// <summary>Requests that took at least this long are always logged, at level warn.</summary>
    public TimeSpan Slow { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Request lines per second before sampling begins; slow and failed requests are never sampled.</summary>
    public int AccessMaxPerSecond { get; init; } = 1000;

    /// <summary>Reads the options from settings.</summary>
    /// <param name="settings">Settings with the <c>log.</c> section.</param>
    /// <param name="terminal">True when the output is a terminal.</param>
    public static LogOptions From(Settings settings, bool terminal)
    {
        var shape = settings.Get(ChassisSettings.LogFormat);
        return new LogOptions
        {
            Level = settings.Get(ChassisSettings.LogLevel),
            Pretty = shape == LogShape.Pretty || (shape == LogShape.Auto && terminal),
            Access = settings.Get(ChassisSettings.LogAccess),
            Slow = settings.Get(ChassisSettings.LogSlow),
            AccessMaxPerSecond = settings.Get(ChassisSettings.LogAccessMaxPerSecond),
        };
    }
}
