using System.Reflection;

namespace Cano.Integration.Surface;

/// <summary>What users meet is made of what they may use: nothing of the kernel's own shows in a
/// signature.</summary>
public sealed class SignatureTests
{
    private const BindingFlags Declared =
        BindingFlags.Public
        | BindingFlags.NonPublic
        | BindingFlags.Static
        | BindingFlags.Instance
        | BindingFlags.DeclaredOnly;

    [Fact]
    public void No_signature_that_users_meet_names_a_type_of_the_kernel() =>
        Assert.Empty(
            from type in PublicTypes.All
            from named in Named(type)
            where named.Type.Namespace == "Cano.Kernel"
            orderby named.By
            select $"{named.By} names {named.Type.Name}"
        );

    [Fact]
    public void The_walk_sees_bases_constraints_parameters_and_results()
    {
        var seen = Named(typeof(Everywhere<>)).Select(named => named.Type).ToHashSet();
        Type[] expected =
        [
            typeof(Uri),
            typeof(Version),
            typeof(Guid),
            typeof(TimeSpan),
            typeof(decimal),
            typeof(Type),
        ];
        Assert.Empty(expected.Except(seen));
    }

    /// <summary>The types that a type's base, interfaces, constraints and visible members name.</summary>
    private static IEnumerable<(string By, Type Type)> Named(Type type)
    {
        Type[] bases = [.. type.GetInterfaces(), .. type.BaseType is { } parent ? [parent] : Type.EmptyTypes];
        foreach (var part in bases.Concat(Constraints(type.GetGenericArguments())).SelectMany(Parts))
            yield return ($"{type}", part);
        foreach (var member in type.GetMembers(Declared))
        foreach (var part in Signature(member).SelectMany(Parts))
            yield return ($"{type}.{member.Name}", part);
    }

    private static IEnumerable<Type> Signature(MemberInfo member) =>
        member switch
        {
            MethodInfo method when IsVisible(method) =>
            [
                method.ReturnType,
                .. method.GetParameters().Select(parameter => parameter.ParameterType),
                .. Constraints(method.GetGenericArguments()),
            ],
            ConstructorInfo constructor when IsVisible(constructor) => constructor
                .GetParameters()
                .Select(parameter => parameter.ParameterType),
            FieldInfo { IsPublic: true } or FieldInfo { IsFamily: true } => [((FieldInfo)member).FieldType],
            _ => [],
        };

    // Properties and events are seen by their methods.
    private static bool IsVisible(MethodBase method) =>
        method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly;

    private static IEnumerable<Type> Constraints(Type[] arguments) =>
        arguments
            .Where(argument => argument.IsGenericParameter)
            .SelectMany(it => it.GetGenericParameterConstraints());

    private static IEnumerable<Type> Parts(Type type) =>
        type.HasElementType
            ? Parts(type.GetElementType()!)
            : type.GetGenericArguments().SelectMany(Parts).Prepend(type);

    private sealed class Everywhere<T> : List<Uri>, IComparable<Version>
        where T : IEquatable<Guid>
    {
        public decimal[]? Field = null;

        public TimeSpan? Property => null;

        public int CompareTo(Version? other) => 0;

        public void Take<TOther>(IReadOnlyList<Type> types) => types.Equals(null);
    }
}
