#!/bin/sh
# Start Mosquitto with one account, from MQTT_USER and MQTT_PASSWORD. The password is hashed by
# mosquitto_passwd into a file of the container alone, and stands in no argument of a process;
# the health check has it from the configuration file of mosquitto_sub.
set -eu
: "${MQTT_USER:?}" "${MQTT_PASSWORD:?}"
case $MQTT_USER in *:*) echo "MQTT_USER must not contain a colon" >&2; exit 1 ;; esac
config=${MOSQUITTO_CONFIG:-/mosquitto/config/mosquitto.conf}
run=${MOSQUITTO_RUN:-/tmp/mosquitto}
umask 077
mkdir -p "$run" && rm -f "$run/passwords"
printf '%s\n%s\n' "$MQTT_PASSWORD" "$MQTT_PASSWORD" |
    mosquitto_passwd -c "$run/passwords" "$MQTT_USER" >/dev/null
printf -- '-u %s\n-P %s\n' "$MQTT_USER" "$MQTT_PASSWORD" > "$run/mosquitto_sub"
cp "$config" "$run/mosquitto.conf"
printf 'password_file %s\n' "$run/passwords" >> "$run/mosquitto.conf"
if [ "$(id -u)" = 0 ] && id mosquitto >/dev/null 2>&1; then
    chown -R mosquitto "$run"
fi
exec mosquitto -c "$run/mosquitto.conf"
