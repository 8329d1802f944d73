/** Owns reading YAML that is no loop, such as configuration: plain values, no places. */

export { parse as parseYamlValue, YamlSyntaxError } from "@std/yaml";
