using Tercel.Chassis.Configuration;
using Tercel.Chassis.Health;
using Tercel.Chassis.Lifecycle;
using Tercel.Chassis.Observability;

namespace Tercel.Chassis;

/// <summary>What every program on the chassis has: settings, log, metrics, health checks and a lifecycle.</summary>
/// <remarks>Lifetime: one per program (tests may have many). Thread: build on one thread, then any.</remarks>
public sealed class ServiceCore : IDisposable
{
    /// <summary>Builds the parts from settings that include <see cref="ChassisSettings.All"/>.</summary>
    /// <param name="settings">The settings in force.</param>
    /// <param name="logOutput">Where log lines go; standard output when null.</param>
    /// <param name="time">The clock; the system's when null.</param>
    public ServiceCore(Settings settings, Stream? logOutput = null, TimeProvider? time = null)
    {
        Settings = settings;
        Time = time ?? TimeProvider.System;
        var terminal = logOutput is null && !Console.IsOutputRedirected;
        Log = new Log(LogOptions.From(settings, terminal), logOutput ?? Console.OpenStandardOutput(), Time);
        Metrics = new MetricsRegistry(settings.Get(ChassisSettings.MetricsSeriesMax));
        Endpoints = new EndpointMetrics(Metrics, settings.Get(ChassisSettings.MetricsSeriesMax));
        Health = new HealthChecks(
            settings.Get(ChassisSettings.HealthTimeout), settings.Get(ChassisSettings.HealthCache), Time);
        Lifecycle = new ServiceLifecycle(
            settings.Get(ChassisSettings.ShutdownReadyDelay), settings.Get(ChassisSettings.ShutdownDrain), Time, Log);
        Lifecycle.Add(new Component("log") { Stop = StopLog });
        RuntimeMetrics.Register(Metrics, Time);
        Metrics.CounterFrom(
            "tercel_log_dropped_total", "Log lines lost because the queue was full or the output failed.",
            () => Log.Dropped.Value);
    }

    /// <summary>The settings in force.</summary>
    public Settings Settings { get; }

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; }

    /// <summary>Where lines are logged.</summary>
    public Log Log { get; }

    /// <summary>Where parts register what they count.</summary>
    public MetricsRegistry Metrics { get; }

    /// <summary>The counts of HTTP endpoints.</summary>
    public EndpointMetrics Endpoints { get; }

    /// <summary>The checks behind <c>/readyz</c>.</summary>
    public HealthChecks Health { get; }

    /// <summary>Starts and stops the parts.</summary>
    public ServiceLifecycle Lifecycle { get; }

    /// <inheritdoc/>
    public void Dispose()
    {
        Lifecycle.Dispose();
        Log.Dispose();
    }

    private Task StopLog(CancellationToken cancel)
    {
        Log.Dispose();
        return Task.CompletedTask;
    }
}
