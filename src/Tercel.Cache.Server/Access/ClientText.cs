using System.Globalization;
using Tercel.Cache.Server.Sessions;

namespace Tercel.Cache.Server.Access;

/// <summary>A client as ACL LOG describes it.</summary>
internal static class ClientText
{
    public static string Of(Session session, long nowMs) => string.Create(
        CultureInfo.InvariantCulture,
        $"id={session.Id} addr={session.Connection?.RemoteEndPoint} laddr={session.Connection?.LocalEndPoint} "
        + $"name={session.Profile?.Name} age={(nowMs - session.CreatedMs) / 1000} db={session.Database} "
        + $"cmd={session.LastCommand?.FullName} user={session.User?.Name} resp={(session.IsResp3 ? 3 : 2)}");
}
