using Tercel.Api;
using Tercel.Chassis.Configuration;
using Tercel.Chassis.Health;
using Tercel.Data;
using Tercel.Data.Sqlite;

namespace Tercel.Serving;

/// <summary>The server's database: its options from the settings, and its health.</summary>
internal static class ServingDatabase
{
    private static readonly SqlText Probe = new("SELECT 1");

    public static SqliteOptions Options(Settings settings, string file, bool writable, bool create)
    {
        var options = new SqliteOptions
        {
            Path = file,
            Writable = writable,
            CreateIfMissing = create,
            StatementTimeMax = settings.Get(ApiSettings.QueryTimeMax),
            Synchronous = settings.Get(ApiSettings.Synchronous),
            CacheBytes = settings.Get(ApiSettings.CacheBytes),
        };
        return settings.Get(ApiSettings.Readers) is > 0 and var readers ? options with { Readers = readers } : options;
    }

    /// <summary>Whether a reader answers; the detail names the SQLite library in use.</summary>
    public static async Task<HealthResult> Check(IDatabase database, CancellationToken cancellation)
    {
        try
        {
            using var session = await database.Read(ReadLane.Page, cancellation);
            using var rows = await session.Query(Probe, []);
            return await rows.Next()
                ? HealthResult.Ok($"{database.Description.Engine} {database.Description.Version}")
                : HealthResult.Failed("the database gave no answer");
        }
        catch (StoreException failure)
        {
            return HealthResult.Failed(failure.Message);
        }
    }
}
