using System.Diagnostics;
using Tercel.Api.Model;
using Tercel.Api.Planning;
using Tercel.Data;

namespace Tercel.Api.Sql;

/// <summary>The values of a statement that runs once for this request, or with nothing but a row's key.</summary>
internal static class FixedValues
{
    public static SqlValue Of(ValueOrigin origin, SqlValue[] key, DateTimeOffset now) => origin switch
    {
        ValueOrigin.Fixed constant => constant.Value,
        ValueOrigin.Key part => key[part.Index],
        ValueOrigin.Now time => TimeText.StoreNow(now, time.Plus, time.Type),
        ValueOrigin.Slot slot => slot.First,
        _ => throw new UnreachableException(),
    };
}
