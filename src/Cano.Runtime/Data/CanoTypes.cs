using System.Collections.Concurrent;
using System.Numerics;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Cano.Runtime.Data;

/// <summary>Tells of the project's own types, where types may not be looked at. JSON is the same.</summary>
internal sealed class CanoTypes : IJsonTypeInfoResolver
{
    private static readonly ConcurrentDictionary<Type, Func<JsonSerializerOptions, JsonTypeInfo>> s_told =
        new()
        {
            [typeof(CanoError)] = json =>
                JsonMetadataServices.CreateValueInfo<CanoError>(json, new CanoErrorJson()),
            [typeof(BigInteger)] = json =>
                JsonMetadataServices.CreateValueInfo<BigInteger>(json, new BigIntegerJson()),
        };

    /// <summary>Tells of a type, before anything of it is written or read.</summary>
    public static void Tell<T>(Func<JsonSerializerOptions, JsonTypeInfo<T>> type) =>
        s_told.TryAdd(typeof(T), type);

    /// <summary>Tells of arrays of a type that others know.</summary>
    public static void TellArray<T>() =>
        Tell(json => JsonMetadataServices.CreateArrayInfo(json, new JsonCollectionInfoValues<T[]>()));

    public JsonTypeInfo? GetTypeInfo(Type type, JsonSerializerOptions options) =>
        s_told.TryGetValue(type, out var told) ? told(options) : null;
}
