using System.Collections;
using System.Collections.Concurrent;
using System.Linq.Expressions;
using System.Reflection;

namespace Cano.Integration.Surface;

/// <summary>Makes values of the public types as users do: by makers, constants, constructors, conversions and
/// copies.</summary>
internal static class Samples
{
    private const BindingFlags Makers = BindingFlags.Public | BindingFlags.Static;
    private const int DepthMax = 6;

    private static readonly ConcurrentDictionary<Type, object> s_objects = new();

    private static readonly string[] s_texts = ["a", "0 0 * * *"];

    /// <summary>Every value of a type that can be made from a few figures and words; a type parameter is a
    /// state.</summary>
    public static IReadOnlyList<object> Of(Type type) => Made(Closed(type), 0);

    private static Type Closed(Type type) =>
        type.IsGenericTypeDefinition
            ? type.MakeGenericType([.. type.GetGenericArguments().Select(_ => typeof(Stage))])
            : type;

    private static MethodInfo Closed(MethodInfo method) =>
        method.IsGenericMethodDefinition
            ? method.MakeGenericMethod([.. method.GetGenericArguments().Select(_ => typeof(Stage))])
            : method;

    private static List<object> Made(Type type, int depth)
    {
        if (depth > DepthMax)
            return [];
        var made = new List<object>();
        if (type.IsValueType)
            made.Add(Activator.CreateInstance(type)!);
        foreach (var property in type.GetProperties(Makers))
            if (property.PropertyType == type)
                made.Add(property.GetValue(null)!);
        foreach (var method in PublicTypes.Methods.Where(method => method.IsStatic))
            if (Making(method, type) is { } maker)
                made.AddRange(Called(maker, arguments => maker.Invoke(null, arguments), depth));
        foreach (var constructor in type.GetConstructors())
            made.AddRange(Called(constructor, constructor.Invoke, depth));
        foreach (var value in made.ToArray())
            made.AddRange(Changed(value, depth));
        return made;
    }

    /// <summary>The method as one that gives the type, if it does.</summary>
    private static MethodInfo? Making(MethodInfo method, Type type)
    {
        if (method.ReturnType == type)
            return method.ContainsGenericParameters ? null : method;
        if (!type.IsGenericType || !method.ReturnType.IsGenericType)
            return null;
        if (method.ReturnType.GetGenericTypeDefinition() != type.GetGenericTypeDefinition())
            return null;
        if (method.IsGenericMethodDefinition)
            return Closed(method);
        // A conversion of the generic type itself.
        return method.DeclaringType == type.GetGenericTypeDefinition()
            ? type.GetMethods(Makers).Single(closed => closed.MetadataToken == method.MetadataToken)
            : null;
    }

    /// <summary>Copies with one thing changed: `With…` and the properties that an initialiser may
    /// set.</summary>
    private static List<object> Changed(object value, int depth)
    {
        var type = value.GetType();
        var made = new List<object>();
        foreach (var method in type.GetMethods(BindingFlags.Public | BindingFlags.Instance))
            if (method.ReturnType == type && method.Name.StartsWith("W", StringComparison.Ordinal))
            {
                var changing = Closed(method);
                made.AddRange(Called(changing, arguments => changing.Invoke(value, arguments), depth));
            }

        return made;
    }

    private static IEnumerable<object> Called(MethodBase method, Func<object?[], object?> call, int depth)
    {
        // Copy constructors would be asked for the type itself.
        var parameters = method.GetParameters();
        if (parameters.Any(parameter => parameter.ParameterType == method.DeclaringType))
            yield break;
        foreach (var text in s_texts)
        {
            var arguments = parameters
                .Select(parameter => Argument(parameter.ParameterType, text, depth))
                .ToArray();
            if (
                parameters
                    .Where((parameter, i) => parameter.ParameterType.IsValueType && arguments[i] is null)
                    .Any()
            )
                yield break;
            if (Tried(call, arguments) is not { } made)
                continue;
            yield return made;
            break;
        }
    }

    private static object? Tried(Func<object?[], object?> call, object?[] arguments)
    {
        try
        {
            return call(arguments);
        }
        catch (TargetInvocationException refused)
            when (refused.InnerException is ArgumentException or FormatException)
        {
            return null;
        }
    }

    private static object? Argument(Type type, string text, int depth)
    {
        if (Nullable.GetUnderlyingType(type) is { } underlying)
            return Argument(underlying, text, depth);
        if (type == typeof(string) || type == typeof(object))
            return text;
        if (type == typeof(bool))
            return true;
        if (type == typeof(double))
            return 0.5;
        if (type == typeof(TimeSpan))
            return TimeSpan.FromSeconds(5);
        if (type == typeof(DateTimeOffset))
            return new DateTimeOffset(2026, 2, 1, 8, 0, 0, TimeSpan.Zero);
        if (type == typeof(TimeProvider))
            return TimeProvider.System;
        if (type.IsEnum)
            return Enum.GetValues(type).GetValue(1);
        if (type.IsPrimitive && type != typeof(nint))
            return Convert.ChangeType(3, type, System.Globalization.CultureInfo.InvariantCulture);
        if (type.IsArray)
            return ArrayOf(type.GetElementType()!, Listed(type.GetElementType()!, text, depth));
        if (typeof(Delegate).IsAssignableFrom(type))
            return s_objects.GetOrAdd(type, Call);
        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyDictionary<,>))
            return Table(type, text);
        if (type.IsGenericType && type.IsInterface && type.GetGenericArguments() is [var item])
            return Listed(item, text, depth);
        if (type.IsInterface || type.IsByRefLike)
            return null;
        // What is not a value is itself alone: two values made alike share it.
        if (s_objects.TryGetValue(type, out var shared))
            return shared;
        var last = Made(type, depth + 1).LastOrDefault();
        return last is null || PublicTypes.IsValue(type) ? last : s_objects.GetOrAdd(type, last);
    }

    /// <summary>A function of the type that answers nothing, and no other than itself.</summary>
    public static object Call(Type type)
    {
        var invoke = type.GetMethod("Invoke")!;
        var parameters = invoke
            .GetParameters()
            .Select(parameter => Expression.Parameter(parameter.ParameterType));
        return Expression.Lambda(type, Expression.Default(invoke.ReturnType), parameters).Compile();
    }

    /// <summary>A table of one line, with a key of this name.</summary>
    public static object Table(Type type, string key)
    {
        var table = (IDictionary)
            Activator.CreateInstance(typeof(Dictionary<,>).MakeGenericType(type.GetGenericArguments()))!;
        var value = type.GetGenericArguments()[1];
        table.Add(key, value.IsInterface ? Argument(value, key, 0) : Activator.CreateInstance(value));
        return table;
    }

    /// <summary>Lists of one, each an object of its own: values that hold lists are equal when the items
    /// are.</summary>
    private static IList Listed(Type element, string text, int depth)
    {
        var list = (IList)Activator.CreateInstance(typeof(List<>).MakeGenericType(element))!;
        if (Argument(element, text, depth) is { } item)
            list.Add(item);
        return list;
    }

    private static Array ArrayOf(Type element, IList items)
    {
        var array = Array.CreateInstance(element, items.Count);
        items.CopyTo(array, 0);
        return array;
    }
}
