using Tercel.Primitives;

namespace Tercel.Api.Http;

/// <summary>What can be wrong with an address or a header of the API.</summary>
internal static class AddressErrors
{
    /// <summary>Nothing is at this address.</summary>
    public static readonly ErrorCode UnknownAddress = new("address", "unknown_address");

    /// <summary>There is no such row, or it is deleted.</summary>
    public static readonly ErrorCode NoRow = new("address", "no_row");

    /// <summary>The key in the URL cannot be a key of the resource.</summary>
    public static readonly ErrorCode Key = new("address", "key");

    /// <summary>The client takes none of the forms that this address has.</summary>
    public static readonly ErrorCode NotAcceptable = new("address", "not_acceptable");

    /// <summary>The body's media type is not taken here.</summary>
    public static readonly ErrorCode MediaType = new("address", "media_type");

    /// <summary>The body is larger than the server takes.</summary>
    public static readonly ErrorCode BodyTooLarge = new("address", "body_too_large");
}
