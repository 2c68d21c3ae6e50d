using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Cano.Runtime.Data;

/// <summary>Which types JSON would not give back the same, whatever their values: their members are walked,
/// once a type. What a converter of the user's does is the user's.</summary>
internal sealed class StorableTypes(JsonSerializerOptions json)
{
    private static readonly Type[] s_reversed =
    [
        typeof(Stack<>),
        typeof(ConcurrentStack<>),
        typeof(ImmutableStack<>),
        typeof(IImmutableStack<>),
    ];

    private readonly ConcurrentDictionary<Type, string?> _problems = new();

    /// <summary>What is wrong with a type, and what to do; null when the type is sound.</summary>
    public string? Problem(Type type) =>
        _problems.GetOrAdd(type, type => ProblemAt(type, TypeNames.Of(type), []));

    /// <summary>What JSON knows of a type; null when it knows nothing, which writing a value
    /// tells.</summary>
    public JsonTypeInfo? Known(Type type)
    {
        try
        {
            return json.GetTypeInfo(type);
        }
        catch (Exception)
        {
            return null;
        }
    }

    private string? ProblemAt(Type type, string path, HashSet<Type> seen)
    {
        if (!seen.Add(type) || Known(type) is not { } known)
            return null;
        if (type.IsGenericType && s_reversed.Contains(type.GetGenericTypeDefinition()))
            return $"`{path}` is a `{TypeNames.Of(type)}`, which comes back upside down: use a list";
        return known.Kind switch
        {
            JsonTypeInfoKind.Enumerable or JsonTypeInfoKind.Dictionary => known.ElementType is { } element
                ? ProblemAt(element, $"{path}[]", seen)
                : null,
            JsonTypeInfoKind.Object => OfObject(known, path, seen),
            JsonTypeInfoKind.None => Nullable.GetUnderlyingType(type) is { } value
                ? ProblemAt(value, path, seen)
                : null,
            _ => throw new InvalidOperationException("A new kind of type."),
        };
    }

    private string? OfObject(JsonTypeInfo known, string path, HashSet<Type> seen)
    {
        if (known.PolymorphismOptions is { } options)
            return options
                .DerivedTypes.Where(derived => derived.DerivedType != known.Type)
                .Select(derived => ProblemAt(derived.DerivedType, TypeNames.Of(derived.DerivedType), seen))
                .Concat([known.Type.IsAbstract ? null : OfMembers(known, path, seen)])
                .FirstOrDefault(problem => problem is not null);
        if (known.Type.IsAbstract)
            return $"`{path}` is a `{TypeNames.Of(known.Type)}`, of which nothing can be made: "
                + "use a type that can be made, or say with [JsonDerivedType] which types it may be";
        return OfMembers(known, path, seen);
    }

    private string? OfMembers(JsonTypeInfo known, string path, HashSet<Type> seen) =>
        known
            .Properties.Where(member => member.Get is not null)
            .Select(member =>
                IsLost(known, member)
                    ? $"`{path}.{NameOf(member)}` would be written and not read back: give it an init or a public set "
                        + "accessor, or a constructor parameter of its name, or ignore it with [JsonIgnore]"
                    : ProblemAt(member.PropertyType, $"{path}.{NameOf(member)}", seen)
            )
            .FirstOrDefault(problem => problem is not null);

    /// <summary>Keeps something of its own that reading does not set. What is only computed need not come
    /// back.</summary>
    private static bool IsLost(JsonTypeInfo known, JsonPropertyInfo member) =>
        member is { Set: null, AssociatedParameter: null, IsExtensionData: false }
        && (member.ObjectCreationHandling ?? known.PreferredPropertyObjectCreationHandling)
            != JsonObjectCreationHandling.Populate
        && member.AttributeProvider switch
        {
            PropertyInfo property => property.SetMethod is not null
                || IsAutomatic(property)
                || HasField(property),
            FieldInfo => true,
            _ => false,
        };

    private static bool IsAutomatic(PropertyInfo property) =>
        property.GetMethod?.IsDefined(typeof(CompilerGeneratedAttribute), inherit: false) is true;

    [UnconditionalSuppressMessage(
        "Trimming",
        "IL2075",
        Justification = "Where the field of a getter written by hand was trimmed, the check says less."
    )]
    private static bool HasField(PropertyInfo property) =>
        property.DeclaringType?.GetField(
            $"<{property.Name}>k__BackingField",
            BindingFlags.Instance | BindingFlags.NonPublic
        )
            is not null;

    private static string NameOf(JsonPropertyInfo member) =>
        member.AttributeProvider is MemberInfo info ? info.Name : member.Name;
}
