using System.Text.Json;
using System.Text.Json.Nodes;
using Cano.Runtime.Scope;

namespace Cano.CSharp.Engine;

/// <summary>Whether two starts were given the same. Inputs are compared as JSON values: the order of members
/// is nothing, numbers by value, and a member that one side lacks equals null.</summary>
internal static class SameInput
{
    public static bool Is(StoredValue? there, GivenInput? asked, RunOptions options)
    {
        if (there is null || asked is null)
            return there is null == asked is null;
        var stored = RunInputs.Store("", asked, options)!;
        return AreEqual(JsonNode.Parse(there.Json), JsonNode.Parse(stored.Json));
    }

    /// <summary>For texts: a value may be a secret.</summary>
    public static string Told(StoredValue? input) => input?.ToString() ?? "no input";

    /// <inheritdoc cref="Told(StoredValue?)"/>
    public static string Told(GivenInput? input) => input is null ? "no input" : $"another {input.Type.Name}";

    private static bool AreEqual(JsonNode? one, JsonNode? other) =>
        (one, other) switch
        {
            (null, null) => true,
            (JsonObject members, JsonObject others) => members
                .Select(member => member.Key)
                .Union(others.Select(member => member.Key))
                .All(name => AreEqual(members[name], others[name])),
            (JsonArray items, JsonArray others) => items.Count == others.Count
                && items
                    .Zip(others, (item, another) => (item, another))
                    .All(pair => AreEqual(pair.item, pair.another)),
            (JsonValue value, JsonValue another) => AreEqual(value, another),
            _ => false,
        };

    private static bool AreEqual(JsonValue one, JsonValue other) =>
        one.GetValueKind() == JsonValueKind.Number && other.GetValueKind() == JsonValueKind.Number
            ? NumberOf(one) is { } number && NumberOf(other) is { } another
                ? number == another
                : one.ToJsonString() == other.ToJsonString()
            : JsonNode.DeepEquals(one, other);

    private static decimal? NumberOf(JsonValue value) =>
        value.TryGetValue<decimal>(out var number) ? number : null;
}
