/** `envVariables`, `Container_Environment_Variables_Json`: what stands there is variables, whatever its form. */
const variables = /env(?:ironment)?[ _.-]?var(?:iable)?s?/i;

/** `env`, `Environ`, `envp`, `process_env`, `environment`: variables, or what a label says of a place. */
const environment =
  /^(?:container|exec|os|proc|process|runtime|shell|task)?[ _.-]?env(?:s|p|irons?|ironments?)?[ _.-]?(?:block|data|dump|entries|json|list|map|strings?|text)?$/i;

/** Whether an environment stands under this key. */
export function isEnvironmentKey(key: string): boolean {
  return isVariablesKey(key) || environment.test(key);
}

/** Whether nothing but an environment can stand under this key. */
export function isVariablesKey(key: string): boolean {
  return variables.test(key);
}

/** A word such as `prod` under a key such as `env`: a label, and no variables. */
export function isPlaceLabel(key: string, text: string): boolean {
  return !isVariablesKey(key) && /^[A-Za-z][\w.-]{0,19}$/.test(text);
}
