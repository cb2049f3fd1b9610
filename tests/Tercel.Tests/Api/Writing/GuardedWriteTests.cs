using Tercel.Api.Schema;
using Tercel.Tests.Api.Schema;
using Xunit;

namespace Tercel.Tests.Api.Writing;

// Writes that would go around what the model says: hidden fields, required preconditions, keys.
public sealed class GuardedWriteTests : IAsyncLifetime
{
    private const string Resources = """
          users:
            fields:
              id:    int pk auto
              email: email required unique
              token: string(40) write_only unique
              name:  string(40)
          plans:
            fields:
              id:      int pk auto
              code:    string(20) required unique
              seats:   int default=1
              version: version
            concurrency: require_if_match
        """;

    private readonly SchemaFixture _schema = new();
    private WriteHttp _http = null!; // made by InitializeAsync

    public async ValueTask InitializeAsync()
    {
        var model = _schema.Model(Resources);
        Assert.True((await Startup.Prepare(model, _schema.Database, new StartupOptions(), TimeProvider.System)).IsOk);
        _http = new WriteHttp(model, _schema.Database);
        await _http.Post("/v1/users", """{"email":"ann@example.org","token":"s3cret"}""");
        await _http.Post("/v1/plans", """{"code":"gold"}""");
    }

    public ValueTask DisposeAsync() => _schema.DisposeAsync();

    [Theory]
    [InlineData("ignore")]
    [InlineData("merge")]
    public async Task A_row_is_not_found_by_a_field_that_is_never_shown(string resolve)
    {
        var reply = await _http.Post($"/v1/users?on_conflict=token&resolve={resolve}",
            """{"email":"eve@example.org","token":"s3cret"}""");
        Assert.Equal("400 on_conflict unknown_field", reply.Summary);
        Assert.DoesNotContain("ann", reply.Body, StringComparison.Ordinal);
        Assert.Equal("ann@example.org", await _schema.One("SELECT email FROM users"));
    }

    [Fact]
    public async Task No_field_that_is_never_shown_is_suggested() => Assert.DoesNotContain("\"token\"",
        (await _http.Post("/v1/users?on_conflict=tokn", """{"email":"a@example.org"}""")).Body,
        StringComparison.Ordinal);

    [Fact]
    public async Task An_upsert_does_not_merge_where_a_tag_is_required()
    {
        var merged = await _http.Post("/v1/plans?on_conflict=code", """{"code":"gold","seats":9}""");
        Assert.Equal("428 # precondition_required", merged.Summary);
        Assert.Equal("1", await _schema.One("SELECT seats FROM plans"));
        Assert.Equal(201, (await _http.Post("/v1/plans?on_conflict=code", """{"code":"iron"}""")).Status);
        var kept = await _http.Post("/v1/plans?on_conflict=code&resolve=ignore", """{"code":"gold"}""");
        Assert.Equal(200, kept.Status);
    }

    [Fact]
    public async Task A_change_by_filter_does_not_leave_the_key_out_silently()
    {
        var reply = await _http.Patch("/v1/users?email=ann@example.org", """{"id":7,"name":"Ann"}""");
        Assert.Equal("422 #/id read_only", reply.Summary);
        var lenient = await _http.Patch("/v1/users?email=ann@example.org", """{"id":7,"name":"Ann"}""",
            ("Prefer", "handling=lenient"));
        Assert.Equal("""{"affected":1}""", lenient.Body);
        Assert.Equal("1 Ann", await _schema.One("SELECT id || ' ' || name FROM users"));
    }
}
