using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using Cano.Runtime.Data;
using Cano.Runtime.Errors;

namespace Cano.Runtime.Provision;

/// <summary>Makes a record of what a task needs: each parameter of its constructor is a resource.</summary>
internal static class ResourceRecord
{
    /// <summary>The record.</summary>
    /// <param name="find">The value under the first of some keys that has one, for a parameter of a type;
    /// null when none has.</param>
    /// <exception cref="CanoException">A resource is missing or is of another type.</exception>
    public static TRecord Make<
        [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TRecord
    >(Func<string[], Type, object?> find)
    {
        var constructor = ConstructorOf(typeof(TRecord));
        var values = Array.ConvertAll(constructor.GetParameters(), parameter => ValueOf(parameter, find));
        return (TRecord)constructor.Invoke(BindingFlags.DoNotWrapExceptions, null, values, null);
    }

    /// <summary>The one that takes most: a record may have shorter ones, and a struct has one that takes
    /// nothing.</summary>
    private static ConstructorInfo ConstructorOf(
        [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] Type type
    ) =>
        type.GetConstructors() is { Length: > 0 } all
            ? all.MaxBy(constructor => constructor.GetParameters().Length)!
            : throw InvalidConfiguration.Of(
                $"`{TypeNames.Of(type)}` has no public constructor: resources fill the parameters of one"
            );

    private static object? ValueOf(ParameterInfo parameter, Func<string[], Type, object?> find)
    {
        var keys = KeysOf(parameter);
        if (find(keys, parameter.ParameterType) is { } found)
            return parameter.ParameterType.IsInstanceOfType(found)
                ? found
                : throw Mismatch(keys[^1], parameter.ParameterType, found.GetType());
        return parameter.HasDefaultValue
            ? parameter.DefaultValue
            : throw new CanoException(CanoError.Of(Fault.NewResourceNotFound(keys[^1])));
    }

    /// <summary>The one that is given; else the name, which a record writes with a capital letter and a key
    /// seldom has.</summary>
    private static string[] KeysOf(ParameterInfo parameter)
    {
        if (parameter.GetCustomAttribute<ResourceKeyAttribute>() is { } given)
            return [given.Key];
        var name = parameter.Name!;
        return char.IsUpper(name[0]) ? [name, char.ToLowerInvariant(name[0]) + name[1..]] : [name];
    }

    private static CanoException Mismatch(string key, Type wanted, Type stored)
    {
        var (storedName, wantedName) = TypeNames.OfBoth(stored, wanted);
        return new(CanoError.Of(Fault.NewResourceTypeMismatch(key, wantedName, storedName)));
    }
}
