using System.Collections;
using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Cano.Integration.Surface;

/// <summary>Copies of a value that differ from it in one field, so that a field its equality or its text
/// forgot is seen.</summary>
internal static class Mutations
{
    private const BindingFlags Hidden = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;

    private static readonly MethodInfo s_clone = typeof(object).GetMethod("MemberwiseClone", Hidden)!;

    /// <summary>What a value holds. A union's tag is left out: its cases are types, and no copy turns into
    /// another; so is a seam that users do not see.</summary>
    public static IEnumerable<FieldInfo> Fields(Type type) =>
        PublicTypes
            .Line(type)
            .SelectMany(each => each.GetFields(Hidden | BindingFlags.DeclaredOnly))
            .Where(field =>
                field.Name != "_tag" && field.FieldType is not { IsInterface: true, IsVisible: false }
            );

    /// <summary>The field as its author wrote it: "Name" of a property's hidden field.</summary>
    public static string Named(FieldInfo field) => field.Name.Trim('<').Split('>', '@')[0];

    /// <summary>The value with another content of the field; null when none can be made.</summary>
    public static object? Changed(object value, FieldInfo field)
    {
        var now = field.GetValue(value);
        if (Other(field.FieldType, now) is { } other && !other.Equals(now))
            return With(value, field, other);
        var canBeNull =
            !field.FieldType.IsValueType || Nullable.GetUnderlyingType(field.FieldType) is not null;
        return now is not null && canBeNull ? With(value, field, null) : null;
    }

    /// <summary>For each field that holds a list, the value with another list of the same items.</summary>
    public static IEnumerable<(FieldInfo Field, object Copy)> Relisted(object value)
    {
        foreach (var field in Fields(value.GetType()))
            if (
                field.GetValue(value) is IList list
                && List(field.FieldType, list.Cast<object?>()) is { } copy
            )
                yield return (field, With(value, field, copy));
    }

    private static object With(object value, FieldInfo field, object? content)
    {
        var copy = s_clone.Invoke(value, null)!;
        field.SetValue(copy, content);
        return copy;
    }

    private static object? Other(Type type, object? now)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (type == typeof(string) || type == typeof(object))
            return now is string text ? text + "b" : "b";
        if (type == typeof(bool))
            return now is not true;
        if (type == typeof(TimeSpan))
            return now is TimeSpan span ? span + TimeSpan.FromHours(1) : TimeSpan.Zero;
        if (type == typeof(DateTimeOffset))
            return now is DateTimeOffset at ? at.AddDays(1) : DateTimeOffset.UnixEpoch;
        if (type.IsEnum)
            return Enum.GetValues(type).Cast<object>().FirstOrDefault(each => !each.Equals(now));
        if (type.IsPrimitive)
            return OtherNumber(type, now);
        if (type.Name == "Content")
            return OtherContent(type, now);
        if (type == typeof(ILogger))
            return now is null ? NullLogger.Instance : null;
        if (type == typeof(ILoggerFactory))
            return now is null ? NullLoggerFactory.Instance : null;
        if (type == typeof(TimeProvider))
            return now is null ? TimeProvider.System : null;
        if (type == typeof(IPayloadCodec))
            return now is null ? new NoCodec() : null;
        if (typeof(Delegate).IsAssignableFrom(type))
            return Samples.Call(type);
        if (now is IDictionary)
            return Samples.Table(type, "b");
        if (now is IList list)
            return List(type, list.Cast<object?>().Append(Item(type, list)));
        return Sample(type, now) ?? Made(type, now);
    }

    private sealed class NoCodec : IPayloadCodec
    {
        public string Name => "none";

        public ReadOnlyMemory<byte> Encode(ReadOnlyMemory<byte> plain) => plain;

        public ReadOnlyMemory<byte> Decode(ReadOnlyMemory<byte> stored) => stored;
    }

    private static object OtherNumber(Type type, object? now)
    {
        var number = Convert.ToDouble(now ?? 0, CultureInfo.InvariantCulture);
        return Convert.ChangeType(number < 1000 ? number + 1 : 7, type, CultureInfo.InvariantCulture);
    }

    private static object? OtherContent(Type type, object? now) =>
        Activator.CreateInstance(type, new ReadOnlyMemory<byte>(new byte[now is null ? 1 : 2]));

    private static object? Sample(Type type, object? now) =>
        PublicTypes.All.Contains(type.IsGenericType ? type.GetGenericTypeDefinition() : type)
            ? Samples.Of(type).FirstOrDefault(each => !each.Equals(now))
            : null;

    /// <summary>Of a value one that differs in a field, of anything else a new one.</summary>
    private static object? Made(Type type, object? now)
    {
        if (type.IsInterface || type.IsAbstract)
            return null;
        if (!PublicTypes.IsValue(type))
            return type.GetConstructor(Hidden, []) is { } constructor ? constructor.Invoke(null) : null;
        var value = now ?? RuntimeHelpers.GetUninitializedObject(type);
        return Fields(type)
            .Select(field => Changed(value, field))
            .FirstOrDefault(changed => changed is not null);
    }

    private static object? Item(Type type, IList list)
    {
        var item = type.IsArray ? type.GetElementType()! : type.GetGenericArguments()[0];
        return Other(item, list.Count == 0 ? null : list[^1]);
    }

    private static object? List(Type type, IEnumerable<object?> items)
    {
        object?[] all = [.. items];
        var item =
            type.IsArray ? type.GetElementType()
            : type.IsGenericType ? type.GetGenericArguments()[0]
            : null;
        if (item is null)
            return null;
        var array = Array.CreateInstance(item, all.Length);
        all.CopyTo(array, 0);
        return type.IsInstanceOfType(array) ? array : null;
    }
}
